/* The page that runs: what every page with code loads. All else comes by a click. */

import { Block } from "./block.js";
import { copiers } from "./copying.js";
import { enhance } from "./figures.js";
import { showHistory } from "./history.js";
import { offline } from "./offline.js";
import { showProgress } from "./progress.js";
import { predictions } from "./predictions.js";
import { Teacher } from "./teacher.js";

const teacher = new Teacher();
enhance(document);

const fences = document.querySelectorAll(
  ":is(.literate-cell, .literate-source, .literate-exercise)[id^='fence-']",
);
for (const fence of fences) teacher.add(new Block(fence, teacher));
copiers();
predictions(teacher);
showProgress(teacher);
showHistory(teacher.chapter);

/* What explains and what finds comes when it is asked for. */
const explain = async (term) => (await import("./terms.js")).explain(term);
const termAt = ({ target }) => target.closest?.(".literate-term");
let touched = null; // a finger cannot point: its first touch explains, the second leads on
addEventListener("pointerover", (event) => {
  if (event.pointerType !== "touch" && termAt(event)) explain(termAt(event));
});
addEventListener("click", (event) => {
  const term = event.pointerType === "touch" ? termAt(event) : null;
  if (term && term !== touched) {
    event.preventDefault();
    explain(term);
  }
  touched = term;
});
addEventListener("focusin", async (event) => {
  if (termAt(event)) explain(termAt(event));
  const field = event.target.closest?.(".md-search__input");
  if (field) (await import("./answers.js")).answer(field);
});
for (const place of document.querySelectorAll(".literate-offline")) offline(place);

for (const place of document.querySelectorAll(".literate-playground")) {
  const { Playground } = await import("./playground.js");
  new Playground(place, teacher);
}
