/* Answers: above what the theme's search finds in the text stand the definitions and the
   terms that are called so. */

import { make } from "./elements.js";
import { moduleOf, record } from "./record.js";

const MANY = 3;
const FIRST = 1e6; // the theme opens what has the highest score

/** Answer what is typed into the field of the search, from now on. */
export async function answer(field) {
  const results = document.querySelector(".md-search-result");
  if (!results || results.querySelector(".literate-answers")) return;
  const list = make("ul", { class: "literate-answers", "aria-label": "Definitions and terms" });
  results.querySelector(".md-search-result__meta").after(list);
  const it = await record();
  const show = () => list.replaceChildren(...found(it, field.value.trim()));
  field.addEventListener("input", show);
  field.form?.addEventListener("reset", () => list.replaceChildren());
  show();
}

function found(it, words) {
  if (words.length < 2) return [];
  const found = [[...terms(it, words)], [...definitions(it, words)]];
  return (/[._(]/.test(words) ? found.reverse() : found).flat(); // a name of code, or a word
}

/** The definitions of a name, the exact ones before those that begin so. */
function* definitions(it, words) {
  const wanted = words.replace(/\(.*/, "").toLowerCase();
  const rank = (name) => {
    const parts = name.toLowerCase().split(".");
    const ends = (test) => parts.some((_, i) => test(parts.slice(i).join(".")));
    if (ends((each) => each === wanted)) return 0;
    return wanted.length > 2 && ends((each) => each.startsWith(wanted)) && parts.at(-1) !== wanted ? 1 : 2;
  };
  const ranked = [...it.versions.keys()].map((name) => [rank(name), name.length, name]);
  const best = ranked.filter(([each]) => each < 2).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const exact = best.filter(([each]) => each === 0);
  for (const [, , name] of (exact.length ? exact : best).slice(0, MANY)) {
    const versions = it.versions.get(name);
    const first = versions[0];
    const last = versions.at(-1);
    const code = () => make("code", {}, name.replace(`${moduleOf(it.blocks[first.block].file)}.`, ""));
    const verb = last.text === null ? "removed" : "last written";
    const titles = [first, last].map(({ page }) => it.pages[page].title);
    yield entry(it.address(first.page, first.anchor), [code(), `: defined in ${titles[0]}`]);
    if (last !== first) {
      yield entry(it.address(last.page, last.anchor), [code(), `: ${verb} in ${titles[1]}, version ${versions.length}`]);
    }
  }
}

function* terms(it, words) {
  const stem = words.toLowerCase().replace(/(ing|ed|e?s)$/, "");
  const isMeant = (name) => stem.length > 2 && name.toLowerCase().startsWith(stem);
  for (const { names, text, at } of it.terms.filter(({ names }) => names.some(isMeant)).slice(0, MANY)) {
    yield entry(it.address(it.glossary, at), [make("b", {}, names[0]), `: ${text}`]);
  }
}

function entry(href, told) {
  const text = make("span", { "data-md-score": String(FIRST) }, ...told);
  const close = () => document.querySelector("[data-md-toggle=search]:checked")?.click();
  return make("li", {}, make("a", { href, click: close }, text));
}
