/* Terms: what the glossary says of one, while it is pointed at or has the focus. */

import { make } from "./elements.js";

const tip = make("div", { class: "literate-tip", id: "literate-tip", role: "tooltip", hidden: true });
let shown = null;
let leaving = 0;

/** Say what a term means, until it is left. */
export function explain(term) {
  clearTimeout(leaving);
  if (shown === term) return;
  hide();
  shown = term;
  if (!tip.isConnected) begin();
  tip.textContent = term.dataset.told;
  tip.hidden = false;
  term.setAttribute("aria-describedby", tip.id);
  const box = term.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = tip;
  const above = box.top > height + 70; // below the header
  tip.style.left = `${Math.max(8, Math.min(box.left, document.documentElement.clientWidth - width - 8))}px`;
  tip.style.top = `${above ? box.top - height : box.bottom}px`;
}

function begin() {
  document.querySelector("article, main, body").append(tip);
  const isOurs = ({ target }) => target instanceof Element && target.closest(".literate-term, .literate-tip");
  addEventListener("pointerover", (event) => {
    clearTimeout(leaving);
    if (!isOurs(event) && document.activeElement !== shown) leaving = setTimeout(hide, 200);
  });
  addEventListener("focusin", (event) => isOurs(event) || hide());
  addEventListener("keydown", ({ key }) => key === "Escape" && hide());
  addEventListener("scroll", hide, { passive: true });
  addEventListener("click", (event) => isOurs(event) || hide());
}

function hide() {
  shown?.removeAttribute("aria-describedby");
  shown = null;
  tip.hidden = true;
}
