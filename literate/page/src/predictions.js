/* Predictions: what a cell displays stays covered until the reader has committed. */

import { button, make } from "./elements.js";
import * as kept from "./kept.js";

/** Let readers predict, wherever the page asks them to. */
export function predictions(teacher) {
  for (const box of document.querySelectorAll(".literate-prediction")) {
    new Prediction(box, teacher);
  }
}

/** A text whose numbers have no commas that group their digits, as in 1,811. */
const ungrouped = (text) => text.replace(/(?<=\d),(?=\d{3}(?!\d))/g, "");

const countOf = (text) => (ungrouped(text).match(/(?<![\w.])(\d+\.?\d*|\.\d+)/g) ?? []).length;

/** How many numbers an output consists of, if of nothing else. */
const numbersIn = (output) => (/[a-z]/i.test(output) ? 1 : countOf(output));

/** What a reader types, with each minus that belongs to a number as Python writes it. */
const plain = (typed) =>
  typed
    .trim()
    .replace(/(?<=[\d.]e)[−–](?=\d)/gi, "-")
    .replace(/(^|[\s,;([=:])([-+−–])\s*(?=[\d.])/g, (_, before, sign) => before + (sign === "+" ? "+" : "-"));

class Prediction {
  constructor(box, teacher) {
    this.box = box;
    this.teacher = teacher;
    this.block = teacher.blocks.find((block) => block?.element.id === box.dataset.of);
    const written = box.querySelector(".literate-output pre");
    this.output = box.dataset.answer === "typed" ? written.textContent : null;
    this.key = kept.nameOf(`${this.block?.key} predicted`);
    const before = teacher.kept().answers[this.key];
    this.told = make("p", { class: "literate-told", role: "status" });
    box.append(this.told);
    if (before) this.uncover(before);
    else this.ask();
  }

  ask() {
    this.input = make("input", { type: "text", autocomplete: "off", spellcheck: "false" });
    const typed = this.output !== null;
    const count = typed ? numbersIn(this.output) : 1;
    const label = count > 1 ? `You predict, ${count} numbers: ` : "You predict ";
    this.form = make(
      "form",
      { class: "literate-guess", submit: (event) => this.commit(event) },
      ...(typed ? [make("label", {}, label, this.input), make("button", {}, "Commit")] : []),
      button(typed ? "Just show it" : "I have predicted: show it", () => this.keep({})),
    );
    this.box.prepend(this.form);
    this.block?.element.addEventListener("literate-told", () => this.form && this.keep({}));
  }

  async commit(event) {
    event.preventDefault();
    const typed = plain(this.input.value);
    const isNumber = (text) => text.trim() !== "" && !Number.isNaN(Number(ungrouped(text)));
    const count = numbersIn(this.output);
    const wanted = isNumber(this.output)
      ? !isNumber(typed) && "Type a number, such as 0.5."
      : count > 1 && countOf(typed) === 0 && `Type ${count} numbers, such as ${[0.5, -2, 3, 0, 1].slice(0, count).join(", ")}.`;
    const lacks = wanted || (typed === "" && "Type something.");
    this.input.setAttribute("aria-invalid", String(Boolean(lacks)));
    if (lacks) {
      this.told.textContent = lacks;
      this.input.focus();
      return;
    }
    this.keep({ typed });
    const request = { kind: "agrees", answer: typed, output: this.output };
    const { value } = await this.teacher.ask(request);
    if (typeof value === "boolean") this.keep({ typed, right: value });
  }

  keep(answer) {
    const hadFocus = this.form?.contains(document.activeElement);
    this.teacher.keep(({ answers }) => (answers[this.key] = answer));
    this.uncover(answer);
    if (hadFocus) {
      const place = this.told.textContent ? this.told : this.box; // what is empty takes no focus
      place.tabIndex = -1;
      place.focus();
    }
  }

  uncover({ typed, right }) {
    this.form?.remove();
    this.form = null;
    this.box.toggleAttribute("data-open", true);
    this.told.textContent = typed === undefined ? "" : `You predicted ${typed}.`;
    if (right !== undefined) {
      this.box.dataset.right = String(right);
      this.told.textContent = right
        ? `You predicted ${typed}: so it is.`
        : `You predicted ${typed}: it is not so. Why?`;
    }
  }
}
