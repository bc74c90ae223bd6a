/* Copying: a button beside the others of a block, or upon code that has none. */

import { button } from "./elements.js";

/** A button that copies a text; none where the browser does not let a page copy. */
export function copier(text, attributes = {}) {
  if (!navigator.clipboard) return "";
  const copy = button("Copy", click, { title: "To the clipboard", "aria-live": "polite", ...attributes });
  async function click() {
    await navigator.clipboard.writeText(text());
    copy.textContent = "Copied";
    setTimeout(() => (copy.textContent = "Copy"), 2000);
  }
  return copy;
}

/** Give code that cannot be run its button. */
export function copiers() {
  const all = document.querySelectorAll(".highlight:not([data-state], .literate-output *) > pre");
  for (const pre of all) {
    pre.parentElement.append(copier(() => pre.innerText.trim(), { class: "literate-copy" }));
  }
}
