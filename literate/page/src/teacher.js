/* The teacher of a page: knows its blocks, and asks the worker what becomes of them. */

import * as kept from "./kept.js";

export class Teacher {
  constructor(about) {
    this.about = about;
    this.chapter = about.chapter;
    this.blocks = [];
    this.machine = null;
    this.stops = 0;
    this.lesson = null;
  }

  add(block) {
    this.blocks[block.index] = block;
  }

  /** Take back what is told below a block that has changed. */
  forgetBelow(block) {
    for (const each of this.blocks.slice(block.kind === "exercise" ? Infinity : block.index + 1)) {
      each?.forget();
    }
  }

  /** The nearest block above that keeps this one from running. */
  failedAbove({ index }) {
    const above = this.blocks.slice(0, index);
    return above.findLast((each) => each?.element.dataset.state === "failed");
  }

  kept() {
    return kept.of(this.chapter);
  }

  keep(edit) {
    kept.change(this.chapter, edit);
  }

  /** What the page runs, fetched once. */
  fetch() {
    this.lesson ??= fetch(new URL(this.about.data, document.baseURI)).then((answer) => {
      if (!answer.ok) throw new Error(`${this.about.data}: ${answer.status}`);
      return answer.json();
    });
    this.lesson.catch(() => (this.lesson = null)); // the next click tries again
    return this.lesson;
  }

  /** The text of a block as the book has it. */
  async codeOf(block) {
    return (await this.fetch()).codes[block.index];
  }

  /** Ask the worker, and let each block say what it is told. */
  async ask(request) {
    const { stops } = this;
    const { Machine } = await import("./machine.js");
    if (stops !== this.stops) return { stopped: true };
    this.machine ??= new Machine(() => this.fetch());
    const edits = {};
    for (const block of this.blocks) {
      const text = block && block.kind !== "exercise" ? block.text() : null;
      if (text !== null) edits[block.index] = text;
    }
    const leaveOut = this.blocks.filter((block) => block?.endsPython).map(({ index }) => index);
    let last = null; // the block that runs
    const told = (report) => {
      last = this.blocks[report.index];
      last?.tell(report, request.index);
    };
    const whole = {
      ...request,
      edits: JSON.stringify(edits),
      leaveOut: JSON.stringify(leaveOut),
    };
    const answer = await this.machine.ask(whole, told);
    if (answer.ended && last) last.endsPython = true;
    for (const block of this.blocks) block?.calmDown();
    return answer;
  }

  /** End what is running. The page lives on. */
  stop() {
    this.stops += 1; // what is about to be asked is stopped as well
    this.machine?.stop();
  }
}
