/* What the theme leaves unsaid: its search dialog has no name, and a part of the table of
   contents is no landmark. */
"use strict";

document.querySelector(".md-search")?.setAttribute("aria-label", "Search");

for (const part of document.querySelectorAll(".md-nav--secondary nav")) {
  part.removeAttribute("aria-label");
  part.setAttribute("role", "presentation");
}
