// Makes the desk nicer; everything on it also works without this file.
(() => {
  "use strict";

  // ---- times that move ---------------------------------------------------------------------------------------
  const two = (number) => String(number).padStart(2, "0");

  function clockText(seconds) {
    const s = Math.abs(seconds);
    const hours = Math.floor(s / 3600);
    if (hours >= 48) return `${Math.floor(hours / 24)} days`;
    const rest = `${two(Math.floor((s % 3600) / 60))}:${two(s % 60)}`;
    return hours ? `${hours}:${rest}` : rest;
  }

  function relativeText(seconds) {
    const s = Math.abs(seconds);
    if (s < 5) return "now";
    const amount = s < 60 ? `${s} s` : s < 3600 ? `${Math.floor(s / 60)} min`
      : s < 86400 ? `${Math.floor(s / 3600)} h` : s < 172800 ? "1 day" : `${Math.floor(s / 86400)} days`;
    return seconds > 0 ? `in ${amount}` : `${amount} ago`;
  }

  function setText(node, text) {
    if (node && node.textContent !== text) node.textContent = text;
  }

  function tick() {
    const now = Date.now();
    for (const node of document.querySelectorAll("[data-moment]")) {
      const seconds = Math.round((Date.parse(node.getAttribute("datetime")) - now) / 1000);
      if (Math.abs(seconds) < 30 * 86400) setText(node.querySelector("[data-text]"), relativeText(seconds));
    }
    for (const node of document.querySelectorAll("[data-countdown]")) {
      const due = Date.parse(node.getAttribute("datetime"));
      const since = Date.parse(node.dataset.since || "");
      const seconds = Math.ceil((due - now) / 1000);
      const late = seconds < 0;
      const soon = !late && (Number.isNaN(since) ? seconds < 300 : (due - now) < (due - since) * 0.2);
      node.classList.toggle("countdown--late", late);
      node.classList.toggle("countdown--soon", soon);
      node.classList.toggle("countdown--calm", !late && !soon);
      setText(node.querySelector("[data-text]"), clockText(seconds));
      setText(node.querySelector("[data-word]"), late ? "late" : soon ? "soon" : "");
    }
    for (const node of document.querySelectorAll("[data-seconds-left]")) {
      const left = Math.max(0, Math.ceil((Date.parse(node.dataset.secondsLeft) - now) / 1000));
      setText(node, `${left} s`);
    }
  }
  setInterval(tick, 1000);
  document.addEventListener("htmx:afterSettle", tick);

  // ---- keys --------------------------------------------------------------------------------------------------
  let waiting = "";
  let forget = 0;

  function typing(target) {
    return target.closest && target.closest("input:not([type=checkbox], [type=radio], [type=submit], [type=button]), textarea, select, [contenteditable]");
  }

  function follow(key) {
    const node = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!node) return false;
    if (node.matches("input, textarea, select")) { node.focus(); if (node.select) node.select(); }
    else if (node.matches("dialog")) node.showModal();
    else node.click();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const results = document.querySelector(".search__results");
      if (results && results.contains(document.activeElement)) document.querySelector("[data-key='/']").focus();
      if (results) results.replaceChildren();
      for (const menu of document.querySelectorAll("details.menu[open]")) {
        if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
        menu.open = false;
      }
      return;
    }
    if (event.ctrlKey && event.key === "Enter" && event.target.form) {
      const act = event.target.form.querySelector("[data-enter]");
      if (act) { event.preventDefault(); act.click(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const key = waiting ? `${waiting} ${event.key}` : event.key;
    clearTimeout(forget);
    waiting = "";
    if (follow(key)) { event.preventDefault(); return; }
    if (document.querySelector(`[data-key^="${CSS.escape(event.key)} "]`)) {
      waiting = event.key;
      forget = setTimeout(() => { waiting = ""; }, 1500);
    }
  });

  // Arrow keys walk through what the search found.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const box = event.target.closest && event.target.closest(".search");
    if (!box) return;
    const stops = [box.querySelector("input"), ...box.querySelectorAll(".search__results a")];
    const next = stops[stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) { event.preventDefault(); next.focus(); }
  });

  // A menu closes when the focus or the finger goes elsewhere.
  for (const kind of ["click", "focusin"]) {
    document.addEventListener(kind, (event) => {
      for (const menu of document.querySelectorAll("details.menu[open]")) {
        if (!menu.contains(event.target)) menu.open = false;
      }
      const results = document.querySelector(".search__results");
      if (results && !results.closest(".search").contains(event.target)) results.replaceChildren();
    });
  }

  document.addEventListener("click", (event) => {
    const opener = event.target.closest && event.target.closest("[data-opens]");
    if (!opener) return;
    const dialog = document.getElementById(opener.dataset.opens);
    if (dialog && dialog.showModal) { event.preventDefault(); dialog.showModal(); }
  });
})();
