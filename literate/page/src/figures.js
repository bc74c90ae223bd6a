/* Figures of several frames: one at a time, by buttons, a slider, or the keys.

   Without scripts, and in print, the frames follow one another. */

import { button, make } from "./elements.js";

/* A figure that scrolls can be reached, and so scrolled, by the keyboard. What is far away
   has no width yet, and gets one when it comes near. */
const reach = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
  }
});

/** Give the figures below an element their controls. */
export function enhance(root) {
  for (const each of root.querySelectorAll(".literate-figure, .literate-frame")) reach.observe(each);
  for (const each of root.querySelectorAll(".literate-steps")) steps(each);
  for (const each of root.querySelectorAll(".literate-slider")) slider(each);
}

const framesOf = (figure) => [...figure.querySelectorAll(":scope > .literate-frame")];

/* A wide frame is scrolled until what the picture marks as current, if it marks anything,
   is at the right, with room on the left for what the step changes. */
function follow(frame) {
  const edge = frame.getBoundingClientRect().right - 12;
  const marks = [...frame.querySelectorAll(".current")];
  const right = Math.max(...marks.map((mark) => mark.getBoundingClientRect().right));
  if (marks.length > 0) frame.scrollLeft += right - edge;
}

/** Lets one frame be seen at a time, where the one before was scrolled to. */
function shower(frames) {
  let current = 0;
  return (index) => {
    const scrolled = frames[current].scrollLeft;
    current = Math.min(Math.max(index, 0), frames.length - 1);
    frames[current].scrollLeft = scrolled;
    follow(frames[current]);
    frames.forEach((frame, i) => {
      frame.classList.toggle("literate-current", i === current);
      frame.setAttribute("aria-hidden", String(i !== current));
    });
    return current;
  };
}

function steps(figure) {
  const frames = framesOf(figure);
  const turn = shower(frames);
  let current = 0;
  const back = button("← Back", () => show(current - 1));
  const next = button("Next →", () => show(current + 1));
  const place = make("output"); // read aloud when it changes, with what the step marks
  const marked = make("span", { class: "literate-unseen", role: "status" });
  const show = (index) => {
    current = turn(index);
    place.textContent = `Step ${current + 1} of ${frames.length}`;
    const told = frames[current].querySelector("[aria-label]")?.getAttribute("aria-label") ?? "";
    marked.textContent = told.includes(": ") ? told.slice(told.indexOf(": ") + 2) : "";
    back.disabled = current === 0;
    next.disabled = current === frames.length - 1;
  };
  const keys = {
    ArrowLeft: () => show(current - 1),
    ArrowRight: () => show(current + 1),
    Home: () => show(0),
    End: () => show(frames.length - 1),
  };
  figure.addEventListener("keydown", (event) => {
    if (!(event.key in keys) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    keys[event.key]();
  });
  figure.append(make("div", { class: "literate-bar" }, back, place, marked, next));
  figure.tabIndex = 0;
  show(0);
}

function slider(figure) {
  const frames = framesOf(figure);
  const turn = shower(frames);
  const place = make("output");
  const input = make("input", {
    type: "range",
    min: "0",
    max: String(frames.length - 1),
    value: "0",
    "aria-label": figure.querySelector("figcaption")?.textContent ?? "Frame",
    input: () => show(Number(input.value)),
  });
  const show = (index) => {
    const { key } = frames[turn(index)].dataset;
    place.textContent = key;
    input.setAttribute("aria-valuetext", key);
  };
  figure.append(make("div", { class: "literate-bar" }, input, place));
  show(0);
}
