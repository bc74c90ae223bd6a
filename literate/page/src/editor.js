/* The editor of a block. */

import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const color = (name) => `var(--md-code-hl-${name}-color, inherit)`;
const style = HighlightStyle.define([
  { tag: [tags.keyword, tags.self, tags.bool, tags.null], color: color("keyword") },
  { tag: tags.comment, color: color("comment") },
  { tag: tags.string, color: color("string") },
  { tag: tags.number, color: color("number") },
  { tag: tags.operator, color: color("operator") },
  { tag: tags.punctuation, color: color("punctuation") },
  { tag: [tags.definition(tags.function(tags.variableName)), tags.className], color: color("function") },
]);

/** Open an editor. The tab key leaves it, as it leaves every field. */
export function open(text, label, { change, run }) {
  const keys = [{ key: "Mod-Enter", preventDefault: true, run: () => (run(), true) }];
  const view = new EditorView({
    state: EditorState.create({
      doc: text.replace(/\n$/, ""),
      extensions: [
        keymap.of([...keys, ...defaultKeymap, ...historyKeymap]),
        history(),
        drawSelection(),
        bracketMatching(),
        indentUnit.of("    "),
        python(),
        syntaxHighlighting(style),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": `${label}: code` }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) change(`${update.state.doc}\n`);
        }),
      ],
    }),
  });
  return {
    dom: view.dom,
    focus: () => view.focus(),
    destroy: () => view.destroy(),
    replace: (code) => {
      const insert = code.replace(/\n$/, "");
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert } });
    },
  };
}
