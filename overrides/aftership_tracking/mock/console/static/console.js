// Live parts: an element with data-live="2" and an id is fetched again every two seconds, from the page's own URL.
// Without this script every page works; reloading shows what is new.
"use strict";

(() => {
  // A note is shown once: a reload or a bookmark has no use for its name.
  const here = new URL(location.href);
  if (here.searchParams.has("note")) {
    here.searchParams.delete("note");
    history.replaceState(null, "", here);
  }

  for (const form of document.querySelectorAll("form[data-confirm]")) {
    form.addEventListener("submit", (event) => {
      if (!window.confirm(form.dataset.confirm)) event.preventDefault();
    });
  }

  const parts = [...document.querySelectorAll("[data-live]")];
  if (!parts.length) return;

  const pause = document.querySelector("[data-live-pause]");
  const news = document.querySelector("[data-live-news]");
  let isPaused = false;
  if (pause) {
    pause.hidden = false;
    pause.addEventListener("click", () => {
      isPaused = !isPaused;
      pause.setAttribute("aria-pressed", String(isPaused));
      pause.textContent = isPaused ? "Continue live updates" : "Pause live updates";
    });
  }

  // What somebody reads, marks or types stays as it is.
  const isInUse = (part) => {
    const marked = document.getSelection();
    const active = document.activeElement;
    return (
      (active && active !== part && part.contains(active) && active.matches("input, select, textarea")) ||
      (marked && !marked.isCollapsed && part.contains(marked.anchorNode))
    );
  };

  const replace = (part, fresh) => {
    const focused = part.contains(document.activeElement) ? document.activeElement : null;
    const key = focused && (focused.id || focused.getAttribute("href"));
    const known = new Set([...part.querySelectorAll("[data-row]")].map((row) => row.dataset.row));
    const nodes = [...fresh.childNodes].map((node) => document.importNode(node, true));
    part.replaceChildren(...nodes);
    let added = 0;
    for (const row of part.querySelectorAll("[data-row]")) {
      if (!known.has(row.dataset.row)) {
        row.classList.add("arrived");
        added += 1;
      }
    }
    if (key) {
      const again = [...part.querySelectorAll("a, button")].find(
        (each) => each.id === key || each.getAttribute("href") === key,
      );
      if (again) again.focus({ preventScroll: true });
    }
    return added;
  };

  // What is shown may be long gone: that is said, and not hidden.
  const GONE = {
    401: "You are not logged in any more. Reload the page.",
    404: "What this page shows is not there any more.",
  };
  const note = document.createElement("p");
  note.className = "note bad";
  note.setAttribute("role", "alert");
  const warn = (text) => {
    const message = text && `This page is not live. ${text}`;
    if (note.textContent === message) return;
    note.textContent = message;
    if (message) document.getElementById("main").prepend(note);
    else note.remove();
  };

  const update = async () => {
    const response = await fetch(location.href, { headers: { accept: "text/html" }, cache: "no-store" });
    warn(response.ok ? "" : GONE[response.status] || `The mock responds with ${response.status}.`);
    if (!response.ok) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    let added = 0;
    for (const part of parts) {
      const other = fresh.getElementById(part.id);
      if (!other || isPaused || isInUse(part) || part.dataset.was === other.innerHTML) continue;
      if (part.dataset.was === undefined && part.innerHTML === other.innerHTML) continue;
      part.dataset.was = other.innerHTML;
      added += replace(part, other);
    }
    if (news && added) news.textContent = `${added} new ${added === 1 ? "entry" : "entries"}`;
  };

  const seconds = Math.min(...parts.map((part) => Number(part.dataset.live) || 2));
  const next = () => setTimeout(tick, seconds * 1000);
  const tick = async () => {
    try {
      if (!isPaused && !document.hidden) await update();
    } catch {
      warn("The mock does not respond: it was stopped, or is starting again.");
    }
    next();
  };
  next();
})();
