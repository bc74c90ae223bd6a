/* The record of the package: every state of it, and every version of a definition. */

import { about, json, once } from "./asking.js";
import { HOME } from "./kept.js";

/** The record, fetched once. */
export const record = once(async () => new Record(await json(about.record, HOME)));

class Record {
  constructor({ pages, blocks, terms, glossary }) {
    Object.assign(this, { pages, blocks, terms, glossary });
    this.versions = new Map();
    blocks.forEach(({ page, wrote }, block) => {
      for (const [name, anchor, text] of wrote) {
        if (!this.versions.has(name)) this.versions.set(name, []);
        this.versions.get(name).push({ name, block, page, anchor, text });
      }
    });
  }

  /** The number of the last block up to a place. */
  at({ chapter, fence }) {
    const page = this.pages.findIndex(({ path }) => path === chapter);
    const exact = this.blocks.findIndex((each) => each.page === page && each.fence === fence);
    return exact >= 0 ? exact : this.blocks.findLastIndex((each) => each.page <= page);
  }

  /** Where a place on a page is. */
  address(page, anchor) {
    const url = new URL(this.pages[page].address, HOME);
    url.hash = anchor;
    return url.href;
  }

  /** The files at the end of a block, and the lines that it has changed. */
  files(number) {
    const files = new Map();
    let changed = new Set();
    for (const { file, edits } of this.blocks.slice(0, number + 1)) {
      const lines = [...(files.get(file) ?? [])];
      changed = new Set();
      for (const [start, removed, added] of edits) {
        lines.splice(start, removed, ...added);
        const moved = added.length - removed;
        changed = new Set([...changed].map((each) => each + moved)); // they stand below
        added.forEach((_, i) => changed.add(start + i));
      }
      files.set(file, lines);
    }
    return { files, changed };
  }

  /** What stands at a name after some block: its last version until then. */
  version(name, number) {
    return this.versions.get(name)?.findLast(({ block }) => block <= number);
  }
}

/** The module of a file. */
export function moduleOf(file) {
  return file.replace(/(\/__init__)?\.py$/, "").replaceAll("/", ".");
}
