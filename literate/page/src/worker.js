/* Python in the browser: Pyodide, the book's kernel, and the session of one page. */

import { loadPyodide } from "./pyodide/pyodide.mjs";

const here = (name) => new URL(name, import.meta.url);
const INDEX = here("./pyodide/").href;
const SITE = "/lib/literate"; // where what the site brings is unpacked

/** Python as it was when the site was built; null where that cannot be used. */
async function wake(kernel) {
  try {
    const [about, answer] = await Promise.all([
      fetch(here("./snapshot.json")).then((each) => each.json()),
      fetch(here("./snapshot.bin")),
    ]);
    if (about.kernel !== kernel || !answer.ok) return null;
    const unpacked = answer.body.pipeThrough(new DecompressionStream("gzip"));
    const memory = await new Response(unpacked).arrayBuffer();
    return await loadPyodide({ indexURL: INDEX, _loadSnapshot: memory });
  } catch (error) {
    console.warn("Python starts without its snapshot:", error);
    return null;
  }
}

/** Python started from nothing. */
async function start() {
  const python = await loadPyodide({ indexURL: INDEX });
  await unpack(python, "kernel.zip");
  return python;
}

async function unpack(python, name) {
  const answer = await fetch(here(`./${name}`));
  if (!answer.ok) throw new Error(`${name} is not there (${answer.status})`);
  python.unpackArchive(await answer.arrayBuffer(), "zip", { extractDir: SITE });
}

let python;
let worker;
let runner;
let viz;

async function open({ codes, lesson, kernel, libraries }) {
  python = (await wake(kernel)) ?? (await start());
  for (const name of libraries) await unpack(python, `libraries/${name}`);
  python.runPython(`
    import importlib, sys
    sys.path[:] = [*[each for each in sys.path if each != "${SITE}"], "${SITE}"]
    importlib.invalidate_caches()
  `);
  worker = python.pyimport("literate.weaving.browser.worker");
  const packed = Uint8Array.from(atob(lesson), (letter) => letter.charCodeAt(0));
  runner = worker.Runner(python.toPy(packed).tobytes(), report);
}

let reports = [];

/** Take a report. What needs no drawing is passed on at once. */
function report(text) {
  const told = JSON.parse(text);
  if (told.pictures?.length) reports.push(told);
  else postMessage({ report: told });
}

/** Draw what reports show, and pass them on. */
async function drawn() {
  for (const told of reports) {
    const pictures = await Promise.all(told.pictures.map(picture));
    told.figure = worker.drawn(JSON.stringify(pictures), JSON.stringify(told.keys), told.index);
    delete told.pictures;
    postMessage({ report: told });
  }
  reports = [];
}

/** A picture; a graph is laid out. */
async function picture(text) {
  if (/^\s*<(svg|img)/.test(text)) return text;
  viz ??= import("./viz.js").then(({ instance }) => instance());
  return (await viz).renderString(text, { format: "svg" });
}

async function answer(request) {
  if (request.leaveOut) runner.leave_out(request.leaveOut);
  switch (request.kind) {
    case "open":
      return open(request.lesson);
    case "run":
      runner.run(request.index, request.edits);
      break;
    case "above":
      runner.run_above(request.index, request.edits);
      break;
    case "check":
      runner.check(request.index, request.edits, request.answer ?? undefined);
      break;
    case "call":
      return JSON.parse(runner.call(request.name, request.edits, request.arguments));
    case "agrees":
      return worker.agrees(request.answer, request.output);
  }
  return drawn();
}

/** What ended Python, in words. */
function reason(error) {
  const text = String(error?.message ?? error);
  if (/call stack|stack/i.test(text)) {
    return "The calls went deeper than a browser allows, which ended Python.";
  }
  if (/memory|allocation/i.test(text)) return "The browser has no memory left for Python.";
  const last = text.trim().split("\n").at(-1);
  return `The code ended Python${last ? ` (${last})` : ""}.`;
}

let queue = Promise.resolve();
addEventListener("message", ({ data }) => {
  queue = queue.then(async () => {
    try {
      const value = await answer(data);
      if (data.kind === "call" && value.pictures) {
        const pictures = await Promise.all(value.pictures.map(picture));
        value.figure = worker.drawn(JSON.stringify(pictures), "[]", 0);
      }
      if (data.kind !== "open") postMessage({ value });
    } catch (error) {
      postMessage({ ended: reason(error) });
    }
  });
});
