/* The colors of Python's words, by the names that the rest of the page has for them. */

import { make } from "./elements.js";

const WORDS =
  "False None True and as assert async await break case class continue def del elif else except " +
  "finally for from global if import in is lambda match nonlocal not or pass raise return try while with yield";
const TOKEN = new RegExp(
  [
    String.raw`(?<s2>(?:\b[rbfu]{1,2})?(?:"""[^]*?"""|'{3}[^]*?'{3}|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))`,
    "(?<c1>#.*)",
    String.raw`(?<nf>(?<=\b(?:def|class) )\w+)`,
    `(?<k>\\b(?:${WORDS.replaceAll(" ", "|")})\\b)`,
    String.raw`(?<mi>\b\d[\d._]*(?:e[-+]?\d+)?\b)`,
    String.raw`(?<nd>^ *@[\w.]+)`,
  ].join("|"),
  "gm",
);

/** The lines of a text, each a list of nodes. */
export function colored(text) {
  const lines = [[]];
  const add = (piece, kind) => {
    piece.split("\n").forEach((part, i) => {
      if (i > 0) lines.push([]);
      if (part) lines.at(-1).push(kind ? make("span", { class: kind }, part) : part);
    });
  };
  let position = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [kind] = Object.entries(match.groups).find(([, value]) => value !== undefined);
    add(text.slice(position, match.index));
    add(match[0], kind);
    position = match.index + match[0].length;
  }
  add(text.slice(position));
  return lines;
}
