/* Progress: which exercises a reader has passed, and the button that forgets it all. */

import { button, make } from "./elements.js";
import * as kept from "./kept.js";

/** Show in every list of chapters what has been passed, and what is kept here. */
export function showProgress(teacher) {
  const exercises = teacher.blocks.filter((block) => block?.kind === "exercise").length;
  const place = document.querySelector("article, main, body");
  const text = make("span");
  const forget = button("Forget all of it", () => {
    kept.clear();
    location.reload();
  });
  const line = make("p", { class: "literate-kept" }, text, " ", forget);
  place.append(line);
  kept.follow(() => {
    const all = kept.all();
    line.hidden = Object.keys(all).length === 0;
    text.textContent = "Your edits, answers and passed exercises are kept in this browser.";
    mark(all);
  });
  if (exercises && kept.all()[teacher.chapter]) note(teacher, exercises);
  addEventListener("literate-kept", () => {
    const { exercises: noted, address } = kept.of(teacher.chapter);
    if (kept.all()[teacher.chapter] && (noted !== exercises || address !== location.pathname)) {
      note(teacher, exercises);
    }
  });
}

function note(teacher, exercises) {
  teacher.keep((record) => Object.assign(record, { exercises, address: location.pathname }));
}

function mark(all) {
  for (const old of document.querySelectorAll(".literate-progress")) old.remove();
  const links = document.querySelectorAll(".md-nav--primary a[href], .book-map a[href]");
  for (const { passed = {}, exercises, address } of Object.values(all)) {
    const count = Object.keys(passed).length;
    if (!count || !exercises) continue;
    for (const link of links) {
      if (link.pathname !== address || link.hash) continue;
      const told = `${count} of ${exercises} exercises passed`;
      link.append(make("span", { class: "literate-progress", title: told }, ` ✓ ${count}/${exercises}`));
    }
  }
}
