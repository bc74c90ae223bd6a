/* A dialog of the page: closed by its button, by Escape, or by a click beside it. */

import { button, make, reason } from "./elements.js";

let count = 0;

/** Open a dialog; what is asked for may still be on its way. */
export function open(title, content) {
  const id = `literate-dialog-${++count}`;
  const heading = make("h2", { id }, title);
  const close = button("Close", () => dialog.close());
  const body = make("div", { class: "literate-dialog-body" });
  const dialog = make(
    "dialog",
    {
      class: "literate-dialog md-typeset",
      "aria-labelledby": id,
      close: () => dialog.remove(),
      click: ({ target }) => {
        if (target === dialog || target.closest("a[href]")) dialog.close();
      },
      keydown: (event) => event.stopPropagation(), // the theme's keys are for the page
    },
    make("div", { class: "literate-dialog-top" }, heading, close),
    body,
  );
  document.body.append(dialog);
  dialog.showModal();
  Promise.resolve(content(body, heading)).catch((error) => {
    body.append(make("p", { role: "alert" }, `This could not be loaded: ${reason(error)}.`));
  });
}
