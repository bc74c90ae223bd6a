/* Copying: a button beside the others of a block, or upon code that has none. */

import { button, make } from "./elements.js";

/** A button that copies a text; none where the browser does not let a page copy. */
export function copier(text, attributes = {}) {
  if (!navigator.clipboard) return "";
  const label = "Copy to clipboard";
  const told = make("span", { class: "literate-unseen", role: "status" });
  const copy = button("Copy", click, { "aria-label": label, title: label, ...attributes });
  async function click() {
    await navigator.clipboard.writeText(text());
    copy.firstChild.data = "Copied";
    told.textContent = "Copied";
    setTimeout(() => {
      copy.firstChild.data = "Copy";
      told.textContent = "";
    }, 2000);
  }
  copy.append(told);
  return copy;
}

/** Give code that cannot be run its button. */
export function copiers() {
  const all = document.querySelectorAll(".highlight:not([data-state], .literate-output *) > pre");
  for (const pre of all) {
    pre.parentElement.append(copier(() => pre.innerText.trim(), { class: "literate-copy" }));
  }
}
