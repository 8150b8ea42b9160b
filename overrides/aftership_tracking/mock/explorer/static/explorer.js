// Comfort only: without this script every page works.
"use strict";

(() => {
  for (const button of document.querySelectorAll("[data-copy]")) {
    const code = document.getElementById(button.dataset.copy);
    // Pages that do not come over HTTPS or from this machine have no clipboard.
    if (!code || !navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy"), 1500);
    });
  }

  const search = document.querySelector("[data-filter]");
  const list = search && document.getElementById(search.dataset.filter);
  const nothing = document.querySelector("[data-nothing]");
  if (!list) return;
  search.addEventListener("input", () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const group of list.querySelectorAll("[data-group]")) {
      let shown = 0;
      for (const entry of group.querySelectorAll("[data-text]")) {
        entry.hidden = !words.every((word) => entry.dataset.text.includes(word));
        shown += entry.hidden ? 0 : 1;
      }
      group.hidden = !shown;
      found += shown;
    }
    if (nothing) nothing.hidden = found > 0;
  });
})();
