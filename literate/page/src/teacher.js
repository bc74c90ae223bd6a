/* The teacher of a page: knows its blocks, and asks the worker what becomes of them. */

import { about, json, once } from "./asking.js";
import { failure } from "./elements.js";
import * as kept from "./kept.js";

export class Teacher {
  constructor() {
    this.chapter = about.chapter;
    this.blocks = [];
    this.machine = null;
    this.stops = 0;
    this.lesson = once(() => json(about.data, document.baseURI)); // what the page runs
  }

  add(block) {
    this.blocks[block.index] = block;
  }

  /** A name for the next block; of blocks that are alike, each has its own. */
  nameFor(text) {
    const name = kept.nameOf(text);
    const alike = this.blocks.filter((block) => block?.key.split("~")[0] === name);
    return alike.length > 0 ? `${name}~${alike.length + 1}` : name;
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

  /** The text of a block as the book has it. */
  async codeOf(block) {
    return (await this.lesson()).codes[block.index];
  }

  /** Ask the worker, and let each block say what it is told. What fails is told as an end. */
  ask(request) {
    return this.answered(request).catch((error) => ({ ended: failure(error) }));
  }

  async answered(request) {
    const { stops } = this;
    const { Machine } = await import("./machine.js");
    if (stops !== this.stops) return { stopped: true };
    this.machine ??= new Machine(this.lesson);
    const edits = {};
    for (const block of this.blocks) {
      if (block && block.kind !== "exercise" && block.mine !== null) edits[block.index] = block.mine;
    }
    const leaveOut = this.blocks.filter((block) => block?.endsPython).map(({ index }) => index);
    const texts = this.blocks.map((block) => block?.mine);
    // What runs since before an edit says nothing of the text that is there now.
    const counts = (i, index) => i === index || this.blocks[i]?.kind !== "exercise";
    const isOld = (index) => texts.some((text, i) => i <= index && counts(i, index) && this.blocks[i]?.mine !== text);
    let last = null; // the block that runs
    const told = (report) => {
      last = isOld(report.index) ? null : this.blocks[report.index];
      last?.tell(report, request.index);
    };
    const around = { edits: JSON.stringify(edits), leaveOut: JSON.stringify(leaveOut) };
    const answer = await this.machine.ask({ ...request, ...around }, told);
    if (answer.ended && last && !isOld(last.index)) last.endsPython = true;
    for (const block of this.blocks) block?.calmDown();
    return answer;
  }

  /** End what is running. The page lives on. */
  stop() {
    this.stops += 1; // what is about to be asked is stopped as well
    this.machine?.stop();
  }
}
