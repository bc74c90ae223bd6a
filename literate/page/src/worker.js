/* Python in the browser: Pyodide, the book's kernel, and the session of one page. */

import { loadPyodide } from "./pyodide/pyodide.mjs";

const here = (name) => new URL(name, import.meta.url);
const INDEX = here("./pyodide/").href;
const SITE = "/lib/literate"; // where what the site brings is unpacked

/** Let WebAssembly be compiled while it comes in, and not only when it is asked for. */
function compileEarly() {
  const load = globalThis.fetch;
  let compiled;
  globalThis.fetch = (url, ...rest) => {
    const answer = load(url, ...rest);
    if (String(url).endsWith(".wasm")) {
      compiled = WebAssembly.compileStreaming(answer);
      compiled.catch(() => undefined); // who asks for it is told
    }
    return answer;
  };
  WebAssembly.instantiateStreaming = async (_, imports) => {
    const module = await compiled;
    return { module, instance: await WebAssembly.instantiate(module, imports) };
  };
}

/** The memory of Python as it was when the site was built. */
async function memory() {
  const answer = await fetch(here("./snapshot.bin"));
  if (!answer.ok) throw new Error(`no snapshot (${answer.status})`);
  return new Response(answer.body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

/** Python as it was when the site was built; null where that cannot be used. */
async function wake(kernel) {
  try {
    const about = await (await fetch(here("./snapshot.json"))).json();
    if (about.kernel !== kernel) return null;
    return await loadPyodide({ indexURL: INDEX, _loadSnapshot: memory() });
  } catch (error) {
    console.warn("Python starts without its snapshot:", error);
    return null;
  }
}

/** Python started from nothing. */
async function start() {
  const python = await loadPyodide({ indexURL: INDEX });
  python.unpackArchive(await bytes("kernel.zip"), "zip", { extractDir: SITE });
  return python;
}

async function bytes(name) {
  const answer = await fetch(here(`./${name}`));
  if (!answer.ok) throw new Error(`${name} is not there (${answer.status})`);
  return new Uint8Array(await answer.arrayBuffer());
}

compileEarly();

let python;
let worker;
let runner;
let viz;

async function open({ codes, lesson, kernel, libraries }) {
  const archives = Promise.all(libraries.map((name) => bytes(`libraries/${name}`)));
  python = (await wake(kernel)) ?? (await start());
  const paths = [SITE, ...libraries.map((name) => `${SITE}/${name}`)];
  python.FS.mkdirTree(SITE);
  // Python imports from archives as they are: to unpack them takes a third of a second.
  (await archives).forEach((archive, i) => python.FS.writeFile(paths[i + 1], archive));
  python.runPython(`
    import importlib, sys
    paths = ${JSON.stringify(paths)}
    sys.path[:] = [*[each for each in sys.path if each not in paths], *paths]
    importlib.invalidate_caches()
  `);
  worker = python.pyimport("literate.weaving.browser.inside.worker");
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
async function tellRest() {
  for (const told of reports) postMessage({ report: await drawn(told).catch((error) => undrawn(told, error)) });
  reports = [];
}

/** What is told where a picture is none. */
function undrawn(told, error) {
  const { pictures, keys, ...rest } = told;
  return { ...rest, state: "failed", trace: `The picture cannot be drawn: ${lastLine(error)}\n` };
}

/** What is told, with the figure of its pictures. */
async function drawn({ pictures, ...told }) {
  const shown = await Promise.all(pictures.map(picture));
  const keys = JSON.stringify(told.keys ?? []);
  return { ...told, figure: worker.drawn(JSON.stringify(shown), keys, told.index ?? 0) };
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
    case "call": {
      const value = JSON.parse(runner.call(request.name, request.edits, request.arguments));
      return value.pictures ? drawn(value) : value;
    }
    case "agrees":
      return worker.agrees(request.answer, request.output);
  }
  return tellRest();
}

/** The last line of what an error says; some of Python's say only of which class they are. */
function lastLine(error) {
  return String(error?.message || error?.type || error).trim().split("\n").at(-1);
}

/** What ended Python, in words. */
function reason(error, kind) {
  const text = String(error?.message ?? error);
  if (kind === "open") return `Python could not be started (${lastLine(error)}).`;
  if (/call stack|stack/i.test(text)) {
    return "The calls went deeper than a browser allows, which ended Python.";
  }
  if (/memory|allocation/i.test(text)) return "The browser has no memory left for Python.";
  return `The code ended Python (${lastLine(error)}).`;
}

let queue = Promise.resolve();
addEventListener("message", ({ data }) => {
  queue = queue.then(async () => {
    try {
      const value = await answer(data);
      if (data.kind !== "open") postMessage({ value });
    } catch (error) {
      postMessage({ ended: reason(error, data.kind) });
    }
  });
});
