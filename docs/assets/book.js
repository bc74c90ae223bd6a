/* What the theme leaves unsaid: its search dialog has no name, and a part of the table of
   contents is no landmark. */
"use strict";

document.querySelector(".md-search")?.setAttribute("aria-label", "Search");

for (const part of document.querySelectorAll(".md-nav--secondary nav")) {
  part.removeAttribute("aria-label");
  part.setAttribute("role", "presentation");
}

/* The theme lets a block of code that scrolls be reached by the keyboard; of one that was
   far away it could not know. */
addEventListener("contentvisibilityautostatechange", ({ target, skipped }) => {
  const isCode = target.matches("pre > code");
  if (isCode && !skipped && target.scrollWidth > target.clientWidth) target.tabIndex = 0;
});
