/* The book offline: kept in the reader's browser if they ask for it, and removed again.

   The list of files is made when the site is finished; the worker that answers without a
   network stands at the top of the site, which is all that it can answer for. */

import { button, failure, make } from "./elements.js";
import { HOME } from "./kept.js";

const NAME = `literate ${HOME.pathname}`; // as in the worker
const RECORD = new URL("offline.kept", HOME); // among the copies: which parts they are
const AT_ONCE = 6;

/** Show in a place what is kept, and what can be done about it. */
export async function offline(place) {
  if (!("serviceWorker" in navigator) || !("caches" in globalThis)) return;
  const said = make("span", { role: "status" });
  const buttons = make("span");
  place.append(buttons, " ", said);

  const act = (text, action, done) =>
    button(text, async () => {
      for (const each of buttons.children) each.disabled = true;
      try {
        await action((told) => (said.textContent = told));
        said.textContent = done;
      } catch (error) {
        said.textContent = failure(error);
      }
      await show();
      buttons.firstChild.focus();
    });

  async function show() {
    const { reading, running } = place.dataset;
    const kept = await parts();
    const both = "Kept: every page opens without a network.";
    const keep = (names) => (tell) => keepAll(names, tell);
    const [first, also] = kept.length
      ? [act("Bring the offline copy up to date", keep(kept), both), "Also keep"]
      : [act(`Keep this book offline (${reading})`, keep(["reading"]), both), "The same, with"];
    const code = `${also} what runs its code (${running} more)`;
    const offers = [
      first,
      !kept.includes("running") && act(code, keep(["reading", "running"]), both),
      kept.length > 0 && act("Remove the offline copy", remove, "Removed."),
    ];
    buttons.replaceChildren(...offers.filter(Boolean).flatMap((offer) => [offer, " "]));
  }
  await show();
}

/** The parts of the book that are kept. */
async function parts() {
  const registration = await navigator.serviceWorker.getRegistration(HOME);
  if (registration?.scope !== HOME.href || !(await caches.has(NAME))) return [];
  const record = await (await caches.open(NAME)).match(RECORD);
  return record ? record.json() : [];
}

async function keepAll(names, tell) {
  const response = await fetch(new URL("offline.json", HOME), { cache: "no-cache" });
  if (!response.ok) throw new Error("the list of files is not there");
  const list = await response.json();
  const files = names.flatMap((name) => list[name]);
  const copies = await caches.open(NAME);
  const total = files.reduce((sum, [, size]) => sum + size, 0);
  let left = [...files];
  let done = 0;
  const work = async () => {
    for (let file = left.pop(); file; file = left.pop()) {
      const address = new URL(file[0], HOME);
      const answer = await fetch(address, { cache: "no-cache" });
      if (!answer.ok) throw new Error(`${file[0]}: ${answer.status}`);
      await copies.put(address, answer);
      done += file[1];
      tell(`${Math.floor((100 * done) / total)} % of ${Math.ceil(total / 1e6)} MB`);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } finally {
    left = [];
  }
  await forgetOthers(copies, files);
  await navigator.serviceWorker.register(new URL("offline.js", HOME));
  await navigator.serviceWorker.ready;
  await copies.put(RECORD, new Response(JSON.stringify(names)));
}

/** What an older state of the book has left. */
async function forgetOthers(copies, files) {
  const wanted = new Set(files.map(([name]) => new URL(name, HOME).href));
  for (const { url } of await copies.keys()) if (!wanted.has(url)) await copies.delete(url);
}

async function remove() {
  const registration = await navigator.serviceWorker.getRegistration(HOME);
  if (registration?.scope === HOME.href) await registration.unregister();
  await caches.delete(NAME);
}
