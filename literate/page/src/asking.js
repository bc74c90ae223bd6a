/* Asking: what a page says about itself, and the files of the site that it asks for. */

/** What the page says about itself. */
export const about = JSON.parse(document.querySelector("script.literate-page").textContent);

/** A file of data. */
export async function json(name, base) {
  const answer = await fetch(new URL(name, base));
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return answer.json();
}

/** Loads something once; where that fails, the next click tries again. */
export function once(load) {
  let asked = null;
  return () => {
    asked ??= load();
    asked.catch(() => (asked = null));
    return asked;
  };
}
