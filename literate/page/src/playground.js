/* A playground: a field for an expression, sliders for its numbers, and what a function of
   the page's cells makes of both. The address keeps it, so that it can be shared. */

import { button, make } from "./elements.js";
import { enhance } from "./figures.js";

/** The numbers that an address holds, which anybody may have written. */
function numbersIn(text) {
  try {
    const pairs = Object.entries(JSON.parse(text) ?? {});
    return Object.fromEntries(pairs.filter(([, value]) => Number.isFinite(value)));
  } catch {
    return {};
  }
}

export class Playground {
  constructor(place, teacher) {
    this.place = place;
    this.teacher = teacher;
    this.name = place.dataset.function;
    const shared = new URLSearchParams(location.hash.replace(/^#/, ""));
    this.numbers = numbersIn(shared.get("numbers"));
    const text = shared.get("text") ?? place.dataset.text ?? "";
    this.field = make("input", { type: "text", value: text, required: true, spellcheck: "false", autocomplete: "off" });
    this.told = make("p", { class: "literate-told", role: "status" });
    this.sliders = make("div", { class: "literate-numbers" });
    this.shown = make("div", { class: "literate-drawn" });
    const form = make(
      "form",
      { submit: (event) => (event.preventDefault(), this.play()) },
      make("label", {}, `${place.dataset.label ?? "Expression"} `, this.field),
      make("button", {}, "Draw"),
      button("Stop", () => this.stop(), { class: "literate-stop" }),
      navigator.clipboard ? button("Copy the address", () => this.copy()) : "",
    );
    place.append(form, this.told, this.sliders, this.shown);
    if (shared.has("text")) this.told.textContent = "Draw shows what the address holds.";
    addEventListener("hashchange", () => {
      if (location.hash.startsWith("#text=")) location.reload(); // another address of this page
    });
  }

  stop() {
    this.waits = false;
    this.field.focus(); // the button goes
    this.teacher.stop();
  }

  async copy() {
    await navigator.clipboard.writeText(location.href);
    this.told.textContent = "The address is copied.";
  }

  /** Call the function; while it runs, only the newest wish waits. */
  async play() {
    if (this.isBusy) {
      this.waits = true;
      return;
    }
    this.isBusy = true;
    this.place.dataset.state = "running";
    if (!this.teacher.machine) this.told.textContent = "Starting Python …";
    const wish = { text: this.field.value, numbers: JSON.stringify(this.numbers) };
    const given = JSON.stringify([wish.text, this.numbers]);
    const request = { kind: "call", name: this.name, arguments: given };
    const answer = await this.teacher.ask(request);
    this.isBusy = false;
    this.tell(answer, wish);
    if (this.waits) {
      this.waits = false;
      this.play();
    }
  }

  tell({ value, ended, stopped }, wish) {
    const error = ended ?? value?.error;
    this.place.dataset.state = error ? "failed" : "done";
    this.told.textContent = stopped ? "Stopped." : (error ?? value?.text ?? "");
    if (error || !value) return;
    this.numbers = value.values;
    this.offer();
    const frames = [...this.shown.querySelectorAll(".literate-frame")];
    const step = frames.findIndex((frame) => frame.matches(".literate-current"));
    this.shown.innerHTML = value.figure ?? "";
    enhance(this.shown);
    const next = [...this.shown.querySelectorAll(".literate-bar button")].at(-1);
    for (let i = 0; i < step; i += 1) next?.click();
    const address = new URLSearchParams({ ...wish, numbers: JSON.stringify(this.numbers) });
    history.replaceState(null, "", `#${address}`);
  }

  /** A slider for each number. Those that are there stay, one of them may be dragged. */
  offer() {
    const names = Object.keys(this.numbers);
    const there = [...this.sliders.children].map((each) => each.dataset.name);
    if (names.join() !== there.join()) {
      this.sliders.replaceChildren(...names.map((name) => this.slider(name)));
    }
  }

  slider(name) {
    const value = this.numbers[name];
    const shown = make("output", {}, String(value));
    const input = make("input", {
      type: "range",
      min: String(Math.min(-10, Math.floor(value))),
      max: String(Math.max(10, Math.ceil(value))),
      step: "0.1",
      value: String(value),
      input: () => {
        this.numbers[name] = Number(input.value);
        shown.textContent = input.value;
        this.play();
      },
    });
    return make("label", { "data-name": name }, make("code", {}, name), input, shown);
  }
}
