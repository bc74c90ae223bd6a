/* Progress: which exercises a reader has passed, and the button that forgets it all. */

import { button, make } from "./elements.js";
import * as kept from "./kept.js";

/** Show in every list of chapters what has been passed, and what is kept here. */
export function showProgress(teacher) {
  const exercises = teacher.blocks.filter((block) => block?.kind === "exercise").length;
  const places = ["article", "main", "body"].map((name) => document.querySelector(name));
  const place = places.find(Boolean); // the innermost, so that it is in a landmark
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
  remember(document.querySelector(".book-begin") ?? line);
  if (exercises && kept.all()[teacher.chapter]) note(teacher, exercises);
  addEventListener("literate-kept", () => {
    const { exercises: noted, address } = kept.of(teacher.chapter);
    if (kept.all()[teacher.chapter] && (noted !== exercises || address !== location.pathname)) {
      note(teacher, exercises);
    }
  });
}

const LAST = "where I stopped";

/** Keep the heading where a reader stops, and lead them back to it. */
function remember(place) {
  const { address, title } = kept.all()[LAST] ?? {};
  if (address && !address.startsWith(`${location.pathname}#`)) {
    const kind = place.matches(".literate-kept") ? "literate-on" : "md-button";
    place.append(" ", make("a", { class: kind, href: address }, `Go on: ${title}`));
  }
  addEventListener("pagehide", () => {
    if (scrollY < innerHeight) return;
    const headings = [...document.querySelectorAll(":is(h1, h2, h3)[id]")];
    const last = headings.findLast((each) => each.getBoundingClientRect().top < innerHeight / 2);
    if (!last) return;
    const name = (each) => each?.firstChild?.textContent.trim() ?? "";
    const title = [...new Set([name(headings[0]), name(last)])].join(", ");
    kept.change(LAST, (record) => Object.assign(record, { address: `${location.pathname}#${last.id}`, title }));
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
