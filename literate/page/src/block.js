/* A block of the page: a cell, a source block or an exercise, with its buttons. */

import { about } from "./asking.js";
import { copier } from "./copying.js";
import { button, make } from "./elements.js";
import { enhance } from "./figures.js";

const SAYS = {
  running: "Running …",
  same: "As in the book.",
  different: "Not as in the book.",
  done: "Ran.",
  failed: "Failed.",
  passed: "Passed.",
  refused: "Not yet.",
};

export class Block {
  constructor(element, teacher) {
    this.element = element;
    this.teacher = teacher;
    this.index = Number(element.id.replace("fence-", "")) - 1;
    this.kind = /literate-(cell|source|exercise)/.exec(element.className)[1];
    this.book = element.querySelector("pre");
    this.key = teacher.nameFor(this.book.textContent);
    this.lacks = about.lacks[element.id] ?? [];
    this.editor = null;
    this.asked = null; // what it waits for
    this.mine = null; // the reader's text
    this.calm = this.kind === "exercise" ? "open" : "idle";
    this.build();
    this.restore();
  }

  build() {
    const what = { cell: "Cell", source: "Source block", exercise: "Exercise" }[this.kind];
    const [verb, kind] = this.kind === "exercise" ? ["Check", "check"] : ["Run", "run"];
    const title = "In the editor: Ctrl or ⌘ and Enter";
    this.runButton = button(verb, () => this.ask(kind), { title });
    this.editButton = button("Edit", () => this.edit(), { "aria-pressed": "false" });
    this.aboveButton = button("Run all above", () => this.ask("above"), { hidden: true });
    this.resetButton = button("Reset", () => this.reset(), { hidden: true });
    this.stopButton = button("Stop", () => this.teacher.stop(), { hidden: true });
    this.told = make("span", { class: "literate-told", role: "status" });
    this.outcome = make("div", { class: "literate-outcome", hidden: true });
    this.tools = make(
      "div",
      { class: "literate-tools", role: "group", "aria-label": `${what} ${this.index + 1}` },
      this.runButton,
      this.stopButton,
      this.editButton,
      this.aboveButton,
      this.resetButton,
      copier(() => this.mine ?? this.book.textContent),
      this.told,
    );
    this.element.append(this.tools, this.outcome);
    if (this.kind === "exercise") {
      this.element.addEventListener("click", ({ target }) => {
        if (!this.editor && target.closest("pre > code") && getSelection().isCollapsed) this.edit();
      });
    }
  }

  restore() {
    const { codes, passed } = this.teacher.kept();
    this.state(this.calm);
    if (this.key in codes) this.show(codes[this.key]);
    if (this.key in passed) {
      this.state("passed");
      this.told.textContent = "Passed before.";
    }
    if (this.lacks.length > 0) this.unavailable(this.lacks.join(", "));
  }

  /** Say what this block is, to the eye and to the ear. */
  state(name) {
    this.element.dataset.state = name;
    const isRunning = name === "running";
    const focused = document.activeElement; // what is hidden loses it at once
    this.runButton.hidden = isRunning;
    this.stopButton.hidden = !isRunning;
    this.aboveButton.hidden = name === this.calm && this.mine === null;
    if (this.tools.contains(focused) && focused.hidden) {
      (isRunning ? this.stopButton : this.runButton).focus();
    }
    this.told.textContent = SAYS[name] ?? "";
  }

  unavailable(what, mayTry = false) {
    this.state("unavailable");
    this.runButton.disabled = !mayTry;
    this.aboveButton.hidden = true;
    const notebook = document.querySelector('.literate-downloads a[href$=".ipynb"]');
    this.told.textContent = `Needs ${what}, which a browser lacks. `;
    if (notebook) {
      const link = make("a", { href: notebook.href, download: "" }, "Take the notebook");
      this.told.append(link, ".");
    }
  }

  /** Show the reader's text in the place of the book's. */
  show(text) {
    this.mine = text;
    this.element.toggleAttribute("data-edited", text !== null);
    this.resetButton.hidden = text === null;
    this.aboveButton.hidden = text === null;
    if (this.editor) return;
    this.shown?.remove();
    this.shown = null;
    this.book.hidden = text !== null;
    if (text !== null) {
      this.shown = make("pre", { class: "literate-mine", tabindex: "0" }, make("code", {}, text));
      this.book.after(this.shown);
    }
  }

  async edit() {
    if (this.editor) {
      this.editor.destroy();
      this.editor = null;
      this.editButton.setAttribute("aria-pressed", "false");
      this.show(this.mine);
      return;
    }
    const [{ open }, code] = await Promise.all([
      import("./editor.js"),
      this.teacher.codeOf(this),
    ]);
    if (this.editor) return; // a second click while it was loading
    const label = this.tools.getAttribute("aria-label");
    this.editor = open(this.mine ?? code, label, {
      change: (text) => this.changed(text === code ? null : text),
      run: () => this.runButton.click(),
    });
    this.editButton.setAttribute("aria-pressed", "true");
    this.shown?.remove();
    this.shown = null;
    this.book.hidden = true;
    this.book.after(this.editor.dom);
    this.editor.focus();
  }

  /** Nothing runs any more, whatever ended it. */
  calmDown() {
    if (this.element.dataset.state === "running" && !this.asked) this.state(this.calm);
  }

  /** What stands above has changed: what this block has told holds no longer. */
  forget() {
    if (!["same", "different", "done", "failed"].includes(this.element.dataset.state)) return;
    this.quiet();
    this.state(this.calm);
  }

  changed(text) {
    this.show(text);
    this.endsPython = false;
    if (this.element.dataset.state !== "running") this.state(this.calm);
    this.teacher.forgetBelow(this);
    this.teacher.keep(({ codes }) => {
      if (text === null) delete codes[this.key];
      else codes[this.key] = text;
    });
  }

  async reset() {
    const code = await this.teacher.codeOf(this);
    if (this.element.dataset.state === "running") this.teacher.stop();
    this.editor?.replace(code);
    this.changed(null);
    this.quiet();
    this.state(this.calm);
    this.runButton.focus();
  }

  async ask(kind) {
    const request = { kind, index: this.index, answer: this.mine };
    this.quiet();
    this.asked = request;
    this.state("running");
    if (!this.teacher.machine) this.told.textContent = "Starting Python …";
    const answer = await this.teacher.ask(request);
    if (this.asked !== request) return; // a click has come between what was told and its end
    this.asked = null;
    if (answer.stopped) {
      this.state(this.calm);
      this.told.textContent = "Stopped.";
    } else if (answer.ended) {
      this.state(this.kind === "exercise" ? "refused" : "failed");
      this.print("literate-hint", `${answer.ended} The next run starts Python again.`);
    } else if (this.element.dataset.state === "running") {
      this.state(this.calm);
    }
  }

  quiet() {
    this.outcome.replaceChildren();
    this.outcome.hidden = true;
  }

  print(kind, text) {
    this.outcome.hidden = false;
    this.outcome.append(make(kind === "literate-hint" ? "p" : "pre", { class: kind }, text));
  }

  /** Tell what a reader's code displays from what the book's does. */
  compare(text) {
    const written = this.written();
    if (!written) return;
    this.outcome.prepend(whose(text ? "Yours:" : "Yours displays no text."));
    const lines = written.split("\n");
    const mine = this.outcome.querySelector(".literate-text");
    if (mine && lines.length > 2) {
      const marked = text.split("\n").map((line, i) => (line === lines[i] ? line : make("mark", {}, line)));
      mine.replaceChildren(...marked.flatMap((line) => [line, "\n"]).slice(0, -1));
    }
    this.outcome.append(whose("The book's:"));
  }

  /** What the book says that this block displays. */
  written() {
    let next = this.element.nextElementSibling;
    if (next?.matches(".literate-prediction")) next = next.querySelector(".literate-output");
    return next?.matches(".literate-output") ? next.textContent : "";
  }

  /** Say what became of this block. One above the block that was asked for says only
      what is not as in the book. */
  tell(report, asked) {
    const isAsked = this.index === asked;
    const { state } = report;
    if (state === "running") {
      if (!isAsked) this.state(state);
      else if (!this.endsPython) this.told.textContent = SAYS.running;
      return;
    }
    this.quiet();
    if (state === "unavailable") {
      this.unavailable(report.because, this.lacks.length === 0);
      return;
    }
    this.state(state);
    const isNew = state !== "same" && state !== "passed";
    const text = shown(report);
    if (report.hint) this.print("literate-hint", report.hint);
    else if (["failed", "refused"].includes(state) && !report.trace && !report.text) {
      this.print("literate-hint", `Not run: ${report.because}`);
      const cause = this.teacher.failedAbove(this);
      if (cause) this.outcome.lastChild.append(" ", make("a", { href: `#${cause.element.id}` }, "Go there"));
    }
    if (isNew && text && !(report.hint && !isAsked)) this.print("literate-text", text);
    if (state === "different") this.compare(text);
    else if (state === "failed" && this.written()) this.outcome.append(whose("The book's:"));
    if (report.figure && (isAsked || state === "different")) {
      this.outcome.hidden = false;
      this.outcome.insertAdjacentHTML("beforeend", report.figure);
      enhance(this.outcome);
    }
    if (state === "passed") {
      this.teacher.keep(({ passed }) => (passed[this.key] = true));
    }
    if (isAsked) this.element.dispatchEvent(new Event("literate-told"));
  }
}

const whose = (words) => make("p", { class: "literate-whose" }, words);

const HEADER = "Traceback (most recent call last):\n";

/** What a block has printed and, where an exception ended it, how it came to that; a
    refused answer's hint stands above it already. */
function shown({ state, text, trace, hint }) {
  if (!["failed", "refused"].includes(state) || !(trace || hint)) return text;
  const end = text.lastIndexOf(HEADER);
  const printed = end < 0 ? text : text.slice(0, end);
  return hint ? printed : printed + trace;
}
