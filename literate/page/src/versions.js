/* The versions of definitions, and what differs between any two. */

import { open } from "./dialog.js";
import { make } from "./elements.js";
import { record } from "./record.js";

/** Show the versions of some definitions, and the last change of one up to a block. */
export function showVersions(names, place) {
  open("Versions", async (body, heading) => {
    const it = await record();
    const view = new View(it, names, place.fence ? it.at(place) : it.blocks.length, heading);
    body.append(view.element);
    view.choose();
  });
}

class View {
  constructor(it, names, block, heading) {
    this.record = it;
    this.block = block;
    this.heading = heading;
    const own = (name) => name.split(".").slice(-2).join(".");
    this.name = select("Definition", names.map(own), () => this.choose());
    this.names = names;
    this.from = select("From version", [], () => this.show());
    this.to = select("To version", [], () => this.show());
    this.links = make("ol");
    this.told = make("p", { role: "status" });
    this.code = make("code");
    this.element = make(
      "div",
      { class: "literate-versions" },
      make(
        "p",
        {},
        make("span", { hidden: names.length < 2 }, "Definition ", this.name),
        make("span", {}, "From ", this.from),
        make("span", {}, "to ", this.to),
      ),
      this.told,
      make("pre", { tabindex: "0", "aria-label": "What differs" }, this.code),
      make("p", {}, "Where each version was written:"),
      this.links,
    );
  }

  /** Take a definition, with what changed it last up to the block. */
  choose() {
    const name = this.names[this.name.selectedIndex];
    // A class that is written whole once more restates what it keeps.
    const differs = ({ text }, i, all) => text !== all[i - 1]?.text;
    this.versions = this.record.versions.get(name).filter(differs);
    const titles = this.versions.map(({ page, text }, i) => {
      const { title } = this.record.pages[page];
      return `${i + 1}: ${title}${text === null ? " (removed)" : ""}`;
    });
    this.from.replaceChildren(...["nothing", ...titles].map(option));
    this.to.replaceChildren(...titles.map(option));
    const last = this.versions.findLastIndex(({ block }) => block <= this.block);
    this.to.selectedIndex = last > 0 ? last : Math.min(1, titles.length - 1);
    this.from.selectedIndex = this.to.selectedIndex; // "nothing" stands first there
    const count = titles.length === 1 ? "1 version" : `${titles.length} versions`;
    this.heading.replaceChildren(`${count} of `, make("code", {}, name));
    this.links.replaceChildren(
      ...this.versions.map(({ page, anchor }) => {
        const href = this.record.address(page, anchor);
        return make("li", {}, make("a", { href }, this.record.pages[page].title));
      }),
    );
    this.show();
  }

  show() {
    const from = this.versions[this.from.selectedIndex - 1]?.text ?? "";
    const to = this.versions[this.to.selectedIndex].text ?? "";
    const lines = [...difference(split(from), split(to))];
    const count = (kind) => lines.filter(([each]) => each === kind).length;
    this.told.textContent = from === to ? "They are the same." : `Lines added: ${count("ins")}, removed: ${count("del")}.`;
    const signs = { ins: "+ ", del: "- ", span: "  " };
    this.code.replaceChildren(...lines.map(([kind, line]) => make(kind, {}, `${signs[kind]}${line}\n`)));
  }
}

const option = (text) => make("option", {}, text);

function select(label, texts, change) {
  return make("select", { change, "aria-label": label }, ...texts.map(option));
}

function split(text) {
  return text.split("\n").slice(0, -1);
}

/** The lines of two texts, each with what became of it. */
export function* difference(from, to) {
  // The length of the longest common part of what is left from each pair of lines on.
  const left = Array.from({ length: from.length + 1 }, () => new Array(to.length + 1).fill(0));
  for (let i = from.length - 1; i >= 0; i--) {
    for (let j = to.length - 1; j >= 0; j--) {
      left[i][j] = from[i] === to[j] ? left[i + 1][j + 1] + 1 : Math.max(left[i + 1][j], left[i][j + 1]);
    }
  }
  let [i, j] = [0, 0];
  while (i < from.length || j < to.length) {
    if (i < from.length && j < to.length && from[i] === to[j]) {
      yield ["span", from[i]];
      i += 1;
      j += 1;
    } else if (j === to.length || (i < from.length && left[i + 1][j] >= left[i][j + 1])) {
      yield ["del", from[i++]];
    } else {
      yield ["ins", to[j++]];
    }
  }
}
