/* Builds what the page loads: the scripts in one step, and a snapshot of Python's memory
   with the kernel in it. All of it goes into the machine's own folder. */

import { build } from "esbuild";
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import zlib from "node:zlib";
import { loadPyodide } from "pyodide";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const MACHINE = path.join(HERE, "../src/literate");
const STATIC = path.join(MACHINE, "weaving/browser/static");
const PYODIDE = path.join(HERE, "node_modules/pyodide");
const SITE = "/lib/literate"; // as in src/worker.js
const CARRIED = fs.readFileSync(path.join(MACHINE, "weaving/browser/carried.txt"), "ascii").trim().split("\n");
const READY = `
import sys
sys.path.append("${SITE}")
import asyncio, importlib, random, traceback
importlib.invalidate_caches() # what this imports in its turn takes half a second
import literate.weaving.browser.inside.worker
import literate.weaving.figures
`;

/** What is carried into the browser, file by file. */
function kernel() {
  const found = CARRIED.flatMap((name) => {
    const place = path.join(MACHINE, name);
    if (!fs.statSync(place).isDirectory()) return [name];
    const files = fs.readdirSync(place, { recursive: true }).filter((each) => each.endsWith(".py"));
    return files.map((each) => `${name}/${each}`);
  });
  return found.sort().map((name) => [`literate/${name}`, fs.readFileSync(path.join(MACHINE, name))]);
}

function digest(files) {
  const hash = crypto.createHash("sha256");
  for (const [name, content] of files) hash.update(name).update("\0").update(content).update("\0");
  return hash.digest("hex");
}

async function snapshot(files) {
  const python = await loadPyodide({ _makeSnapshot: true });
  for (const [name, content] of files) {
    python.FS.mkdirTree(path.posix.dirname(`${SITE}/${name}`));
    python.FS.writeFile(`${SITE}/${name}`, content);
  }
  try {
    python.runPython(READY);
  } catch (error) {
    console.error(error.message); // Pyodide's stack shows a megabyte of its own code
    process.exit(1);
  }
  return zlib.gzipSync(python.makeMemorySnapshot(), { level: 9 });
}

fs.rmSync(STATIC, { recursive: true, force: true });
fs.mkdirSync(path.join(STATIC, "pyodide"), { recursive: true });
await build({
  entryPoints: ["page.js", "page.css", "worker.js", "viz.js"].map((name) => path.join(HERE, "src", name)),
  outdir: STATIC,
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
  external: ["./pyodide/pyodide.mjs", "./viz.js"],
});
const needed = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"];
for (const name of needed) {
  fs.copyFileSync(path.join(PYODIDE, name), path.join(STATIC, "pyodide", name));
}
const files = kernel();
fs.writeFileSync(path.join(STATIC, "snapshot.bin"), await snapshot(files));
fs.writeFileSync(path.join(STATIC, "snapshot.json"), JSON.stringify({ kernel: digest(files) }));
const made = fs.readdirSync(STATIC, { recursive: true }).filter((name) => fs.statSync(path.join(STATIC, name)).isFile());
const hashed = made.sort().map((name) => [name, fs.readFileSync(path.join(STATIC, name))]);
fs.writeFileSync(path.join(STATIC, "digest.txt"), digest(hashed).slice(0, 12));
process.exit(0); // Pyodide would keep the process
