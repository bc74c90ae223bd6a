/* What the theme leaves unsaid: its search dialog has no name, and neither a part of the
   table of contents nor the bar of buttons that it adds to each code block is a landmark. */
"use strict";

document.querySelector(".md-search")?.setAttribute("aria-label", "Search");

for (const part of document.querySelectorAll(".md-nav--secondary nav")) {
  part.removeAttribute("aria-label");
  part.setAttribute("role", "presentation");
}

const mend = () => {
  for (const bar of document.querySelectorAll("nav.md-code__nav:not([role])")) {
    bar.setAttribute("role", "presentation");
  }
};
new MutationObserver(mend).observe(document.body, { childList: true, subtree: true });
mend();
