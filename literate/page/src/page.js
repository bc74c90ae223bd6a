/* The page that runs: what every page with code loads. All else comes by a click. */

import { Block } from "./block.js";
import { enhance, reach } from "./figures.js";
import { showProgress } from "./progress.js";
import { predictions } from "./predictions.js";
import { Teacher } from "./teacher.js";

const about = JSON.parse(document.querySelector("script.literate-page").textContent);

const teacher = new Teacher(about);
for (const element of document.querySelectorAll(".md-content, body")) {
  enhance(element);
  break;
}
addEventListener("load", reach);
addEventListener("resize", reach);

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
