/* The page that runs: what every page with code loads. All else comes by a click. */

import { Block } from "./block.js";
import { enhance } from "./figures.js";
import { showProgress } from "./progress.js";
import { predictions } from "./predictions.js";
import { Teacher } from "./teacher.js";

const about = JSON.parse(document.querySelector("script.literate-page").textContent);

const teacher = new Teacher(about);
enhance(document);

const fences = document.querySelectorAll(
  ":is(.literate-cell, .literate-source, .literate-exercise)[id^='fence-']",
);
for (const fence of fences) teacher.add(new Block(fence, teacher));
predictions(teacher);
showProgress(teacher);

for (const place of document.querySelectorAll(".literate-playground")) {
  const { playground } = await import("./playground.js");
  playground(place, teacher);
}
