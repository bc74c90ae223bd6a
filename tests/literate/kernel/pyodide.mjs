/* Runs pages by the kernel under Pyodide, and prints the state of each block as JSON.
   node pyodide.mjs PYODIDE FOLDER: the folder holds the kernel and the packed pages. */

import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [place, folder] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(path.join(place, "pyodide.mjs")));
const told = {};
for (const name of fs.readdirSync(folder).filter((each) => each.endsWith(".lesson"))) {
  const python = await loadPyodide();
  python.FS.mkdirTree("/given");
  python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, "/given");
  const states = {};
  python.globals.set("report", (text) => {
    const { index, state, text: shown, trace, because } = JSON.parse(text);
    states[index] = [state, shown ?? "", trace || because || ""];
  });
  python.globals.set("name", name);
  try {
    python.runPython(`
import sys
sys.path.append("/given/kernel")
from literate.weaving.browser.inside.worker import Runner
with open(f"/given/{name}", "rb") as file:
    runner = Runner(file.read(), report)
runner.run(len(runner.lesson.pieces) - 1, "{}")
`);
  } catch (error) {
    console.error(name, error.message.slice(-2000)); // and not all of Pyodide
    process.exit(1);
  }
  told[path.basename(name, ".lesson")] = states;
}
fs.writeFileSync(path.join(folder, "told.json"), JSON.stringify(told));
