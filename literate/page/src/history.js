/* The history of the package: buttons that show it at any block, and its definitions in
   all of their versions. What they show is loaded by a click. */

import { button } from "./elements.js";

/** Put the buttons where a page tells of the package. */
export function showHistory(chapter) {
  for (const label of document.querySelectorAll(".literate-label")) {
    const fence = label.nextElementSibling?.id;
    const name = label.querySelector(":scope > code");
    if (!name || !fence?.startsWith("fence-")) continue;
    const show = () => sourceAt({ chapter, fence, file: name.textContent });
    asButton(name, "The package as it is at this block", show);
    compare(label, { chapter, fence });
  }
  for (const name of document.querySelectorAll(".literate-package code")) {
    const show = () => sourceAt({ chapter, file: name.textContent });
    asButton(name, "This file at the end of the chapter", show);
  }
  for (const place of document.querySelectorAll(".literate-written")) compare(place, {});
}

async function sourceAt(place) {
  (await import("./source.js")).showSource(place);
}

function asButton(element, title, click) {
  const text = element.textContent;
  element.replaceChildren(button(text, click, { title, class: "literate-link" }));
}

function compare(place, at) {
  const marked = [place, ...place.querySelectorAll("[data-versions]")];
  const names = marked.flatMap(({ dataset }) => dataset.versions ?? []);
  if (names.length === 0) return;
  const show = async () => (await import("./versions.js")).showVersions([...new Set(names)], at);
  place.append(button("Compare versions", show, { class: "literate-link literate-compare" }));
}
