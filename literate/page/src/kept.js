/* What a reader leaves behind: kept in their browser, and nowhere else.

   Nothing of it is held in memory between two changes, so that two tabs agree. */

/** The top of the site. */
export const HOME = new URL("../../", import.meta.url);
const KEY = `literate ${HOME.pathname}`;

/** All that is kept, by the paths of the chapters. */
export function all() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {}; // a browser may forbid it, and a reader may have written something there
  }
}

/** What is kept of one chapter. */
export function of(chapter) {
  return { codes: {}, answers: {}, passed: {}, ...all()[chapter] };
}

/** Change what is kept of a chapter. */
export function change(chapter, edit) {
  const kept = of(chapter);
  edit(kept);
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...all(), [chapter]: kept }));
    dispatchEvent(new Event("literate-kept"));
  } catch {
    // a full or forbidden store: the page works as well without
  }
}

/** Forget everything. */
export function clear() {
  localStorage.removeItem(KEY);
  dispatchEvent(new Event("literate-kept"));
}

/** Call something now, and whenever a tab changes what is kept. */
export function follow(action) {
  addEventListener("literate-kept", action);
  addEventListener("storage", (event) => event.key === KEY && action());
  action();
}

/** A name for a text that stays with it when blocks above it come and go. */
export function nameOf(text) {
  let hash = 5381;
  for (const letter of text) hash = (hash * 33 + letter.codePointAt(0)) >>> 0;
  return hash.toString(36);
}
