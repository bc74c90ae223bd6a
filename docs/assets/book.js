/* A figure with steps: one frame at a time, by buttons or by the arrow keys.
   Without this script, and in print, the frames follow one another. */

"use strict";

for (const steps of document.querySelectorAll(".literate-steps")) {
  const frames = [...steps.querySelectorAll(":scope > .literate-frame")];
  let current = 0;

  const button = (text, by) => {
    const element = document.createElement("button");
    element.type = "button";
    element.textContent = text;
    element.addEventListener("click", () => show(current + by));
    return element;
  };
  const back = button("← Back", -1);
  const next = button("Next →", +1);
  const place = document.createElement("output"); // read aloud when it changes

  /* A wide frame is scrolled until what the picture marks as current, if it marks anything,
     is at the right, with room on the left for what a backward pass changes. */
  const follow = (frame) => {
    const edge = frame.getBoundingClientRect().right - 12;
    const marks = [...frame.querySelectorAll(".current")];
    const right = Math.max(...marks.map((mark) => mark.getBoundingClientRect().right));
    if (marks.length > 0) frame.scrollLeft += right - edge;
  };

  const show = (index) => {
    const scrolled = frames[current].scrollLeft;
    current = Math.min(Math.max(index, 0), frames.length - 1);
    frames[current].scrollLeft = scrolled;
    follow(frames[current]);
    frames.forEach((frame, i) => {
      frame.classList.toggle("literate-current", i === current);
      frame.setAttribute("aria-hidden", String(i !== current));
    });
    place.textContent = `Step ${current + 1} of ${frames.length}`;
    back.disabled = current === 0;
    next.disabled = current === frames.length - 1;
  };

  const keys = {
    ArrowLeft: () => show(current - 1),
    ArrowRight: () => show(current + 1),
    Home: () => show(0),
    End: () => show(frames.length - 1),
  };
  steps.addEventListener("keydown", (event) => {
    if (!(event.key in keys) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    keys[event.key]();
  });

  const bar = document.createElement("div");
  bar.className = "literate-bar";
  bar.append(back, place, next);
  steps.append(bar);
  steps.tabIndex = 0;
  show(0);
}

/* A figure that scrolls can be reached, and so scrolled, by the keyboard. */
const reach = () => {
  for (const box of document.querySelectorAll(".literate-figure, .literate-frame")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  }
};
addEventListener("load", reach);
addEventListener("resize", reach);

/* What the theme leaves unsaid: its search dialog has no name, and neither a part of the
   table of contents nor the bar of buttons that it adds to each code block is a landmark. */
document.querySelector(".md-search")?.setAttribute("aria-label", "Search");

for (const part of document.querySelectorAll(".md-nav--secondary nav")) {
  part.removeAttribute("aria-label");
  part.setAttribute("role", "presentation");
}

const mend = () => {
  for (const bar of document.querySelectorAll("nav.md-code__nav:not([role])")) {
    bar.setAttribute("role", "presentation");
  }
};
new MutationObserver(mend).observe(document.body, { childList: true, subtree: true });
mend();
