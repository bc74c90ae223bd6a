/* Progress: what a reader has read, which exercises they have passed, where they stopped,
   and the button that forgets it all. */

import { button, make } from "./elements.js";
import * as kept from "./kept.js";

/** Show in every list of chapters what has been passed, and what is kept here. */
export function showProgress(teacher) {
  const exercises = teacher.blocks.filter((block) => block?.kind === "exercise").length;
  const places = ["article", "main", "body"].map((name) => document.querySelector(name));
  const place = places.find(Boolean); // the innermost, so that it is in a landmark
  const told = "What you read, edit, answer and pass is kept in this browser. ";
  const forget = button("Forget all of it", () => {
    kept.clear();
    scrollTo({ top: 0, behavior: "instant" }); // who stands at the end would be noted at once
    location.reload();
  });
  const line = make("p", { class: "literate-kept" }, told, forget);
  place.append(line);
  kept.follow(() => {
    const all = kept.all();
    line.hidden = Object.keys(all).length === 0;
    mark(all);
    note(teacher, all[teacher.chapter], exercises);
  });
  remember(document.querySelector(".book-begin") ?? line);
  noteEnd(teacher);
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
    const title = [...new Set([nameOf(headings[0]), nameOf(last)])].join(", ");
    kept.change(LAST, (record) => Object.assign(record, { address: `${location.pathname}#${last.id}`, title }));
  });
}

/** What a heading says, without the link to itself. */
function nameOf(heading) {
  const said = [...heading.childNodes].filter((node) => !node.classList?.contains("headerlink"));
  const text = said.map((node) => node.textContent).join("").replace(/\s+/g, " ").trim();
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** Keep that a reader has come to the end of a chapter. */
function noteEnd(teacher) {
  const end = document.querySelector(".literate-package, .literate-downloads");
  if (!end || kept.of(teacher.chapter).read) return;
  const watch = new IntersectionObserver((seen) => {
    if (!seen.some((each) => each.isIntersecting) || scrollY === 0) return;
    watch.disconnect();
    teacher.keep((record) => (record.read = true));
  });
  watch.observe(end);
}

/** Keep with a chapter of which anything is kept what other pages say of it. */
function note(teacher, chapter, exercises) {
  const address = location.pathname;
  if (!chapter || (chapter.exercises === exercises && chapter.address === address)) return;
  teacher.keep((record) => Object.assign(record, { exercises, address }));
}

function mark(all) {
  for (const old of document.querySelectorAll(".literate-progress")) old.remove();
  const links = document.querySelectorAll(".md-nav--primary a[href], .book-map a[href]");
  for (const { passed = {}, exercises, address, read } of Object.values(all)) {
    const count = exercises ? Object.keys(passed).length : 0;
    if (!count && !read) continue;
    const told = [read && "read", count && `${count} of ${exercises} exercises passed`];
    const sign = count ? `✓ ${count}/${exercises}` : "✓";
    for (const link of links) {
      if (link.pathname !== address || link.hash) continue;
      const name = told.filter(Boolean).join(", ");
      const about = { class: "literate-progress", role: "img", "aria-label": name, title: name };
      link.append(" ", make("span", about, sign));
    }
  }
}
