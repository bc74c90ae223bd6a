/* The package as it is at a block: its files, and at each definition who wrote it. */

import { open } from "./dialog.js";
import { button, make } from "./elements.js";
import { colored } from "./python.js";
import { moduleOf, record } from "./record.js";

/** Show a file of the package at a block, or at the end of a chapter. */
export function showSource(place) {
  open("The package", async (body, heading) => {
    const view = new View(await record(), place, heading);
    body.append(view.element);
    view.show();
  });
}

class View {
  constructor(it, place, heading) {
    this.record = it;
    this.heading = heading;
    this.block = it.at(place);
    this.file = place.file;
    this.isEnd = !place.fence;
    this.back = button("Block before", () => this.go(-1));
    this.next = button("Block after", () => this.go(1));
    this.where = make("span", { role: "status" });
    this.list = make("ul");
    this.code = make("code");
    const pre = make("pre", { tabindex: "0", "aria-label": "The file" }, this.code);
    const bar = make("p", { class: "literate-way" }, this.back, this.next, this.where);
    const list = make("nav", { "aria-label": "Files" }, this.list);
    this.element = make("div", { class: "literate-tree" }, bar, list, make("div", { class: "highlight" }, pre));
  }

  go(by) {
    this.block += by;
    this.file = this.record.blocks[this.block].file;
    this.isEnd = false;
    this.show();
  }

  show() {
    const { blocks, pages } = this.record;
    const { page, fence, file } = blocks[this.block];
    const { files, changed } = this.record.files(this.block);
    if (!files.has(this.file)) this.file = file;
    this.back.disabled = this.block === 0;
    this.next.disabled = this.block === blocks.length - 1;
    this.heading.textContent = this.isEnd ? "The package at this chapter's end" : "The package at this block";
    const link = make("a", { href: this.record.address(page, fence) }, pages[page].title);
    this.where.replaceChildren(`Source block ${this.block + 1} of ${blocks.length}: `, link);
    const names = [...files.keys()].sort();
    this.list.replaceChildren(...names.map((name) => this.entry(name, files.get(name).length)));
    this.fill(files.get(this.file), this.file === file ? changed : new Set());
  }

  entry(name, length) {
    const current = name === this.file ? { "aria-current": "true" } : {};
    const choose = () => {
      this.file = name;
      this.show();
      this.list.querySelector("[aria-current]").focus();
    };
    return make("li", {}, button(name, choose, current), ` ${length}`);
  }

  fill(lines, changed) {
    const writers = this.writers(lines);
    const marked = colored(lines.join("\n")).map((nodes, i) =>
      make(
        "span",
        { class: changed.has(i) ? "literate-line hll" : "literate-line" },
        ...nodes,
        ...(writers.has(i) ? [" ", writers.get(i)] : []),
        "\n",
      ),
    );
    this.code.replaceChildren(...marked);
    const first = marked[Math.min(...changed)];
    this.code.parentElement.scrollTop = Math.max(0, (first?.offsetTop ?? 0) - 60);
  }

  /** Links to the blocks that wrote the definitions, by the lines where they stand. */
  writers(lines) {
    const links = new Map();
    const around = [];
    lines.forEach((line, i) => {
      const found = /^( *)(?:async )?(?:def|class) (\w+)|^( *)(\w+)(?: ?:.*)? = /.exec(line);
      const name = found?.[2] ?? found?.[4];
      if (!name) return;
      around.length = (found[1] ?? found[3]).length / 4;
      around.push(name);
      const version = this.record.version([moduleOf(this.file), ...around].join("."), this.block);
      if (!version?.text) return;
      const title = this.record.pages[version.page].title;
      const number = /^\d+/.exec(title)?.[0] ?? "…";
      const href = this.record.address(version.page, version.anchor);
      links.set(i, make("a", { href, title: `Written in ${title}` }, `← ${number}`));
    });
    return links;
  }
}
