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
      const lead = node.querySelector("[data-lead]");
      if (lead) lead.hidden = late;
      setText(node.querySelector("[data-word]"), late ? "late" : soon ? "soon" : "");
    }
    for (const node of document.querySelectorAll("[data-seconds-left]")) {
      const left = Math.max(0, Math.ceil((Date.parse(node.dataset.secondsLeft) - now) / 1000));
      setText(node, `${left} s`);
    }
  }
  setInterval(tick, 1000);
  document.addEventListener("htmx:afterSettle", tick);

  // ---- panels that refresh themselves ------------------------------------------------------------------------
  // The rules: what somebody types is never replaced; a refresh that changes nothing touches nothing; the last good
  // content stays when a refresh fails, and the panel says so; the focus and what was opened survive a refresh.
  const panelOf = (node) => node && node.closest && node.closest("[data-panel]");

  function essence(root) {
    const copy = root.cloneNode(true);
    for (const node of copy.querySelectorAll("[name=csrfmiddlewaretoken]")) node.removeAttribute("value");
    for (const node of copy.querySelectorAll("[data-moment], [data-countdown], [data-seconds-left], .panel__stale")) {
      node.removeAttribute("class");
      node.replaceChildren();
    }
    for (const node of copy.querySelectorAll("details[open]")) node.removeAttribute("open");
    for (const node of copy.querySelectorAll("[class]")) {
      node.classList.remove("htmx-request", "htmx-added", "htmx-settling", "htmx-swapping");
    }
    return copy.innerHTML.replace(/ class=""/g, "").replace(/\s+/g, " ").trim();
  }

  function isBeingWritten(panel) {
    if (panel.contains(document.activeElement) && typing(document.activeElement)) return true;
    return [...panel.querySelectorAll("textarea, input:not([type=hidden], [type=submit])")].some((field) =>
      field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue);
  }

  function markStale(panel, words) {
    let note = panel.querySelector(":scope > .panel__stale");
    if (!note) {
      note = document.createElement("p");
      note.className = "panel__stale";
      note.setAttribute("role", "status");
      panel.append(note);
    }
    if (note.dataset.words !== words) { note.dataset.words = words; note.textContent = words; }
  }

  function clearStale(panel) {
    const note = panel.querySelector(":scope > .panel__stale");
    if (note) note.remove();
  }

  function focusables(root) {
    return [...root.querySelectorAll("a[href], button, summary, input, select, textarea")];
  }

  // Whose session has ended is not led away from what they typed. After signing in again in another tab the page goes
  // on here: every request takes the token that belongs to the session of now.
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const { xhr, elt } = event.detail;
    const way = xhr.getResponseHeader("HX-Redirect") || xhr.responseURL;
    if (!way || !new URL(way, location.href).pathname.startsWith("/accounts/")) return;
    event.preventDefault();
    markStale(panelOf(elt) || document.getElementById("content"),
      "You are signed out. What you typed is still here: sign in again in another tab, then go on.");
  });

  const token = () => (document.cookie.match(/(?:^|; )csrftoken=([^;]+)/) || [])[1];
  document.addEventListener("htmx:configRequest", (event) => {
    const now = token();
    if (!now || event.detail.verb === "get") return;
    event.detail.headers["X-CSRFToken"] = now;
    if ("csrfmiddlewaretoken" in event.detail.parameters) event.detail.parameters.csrfmiddlewaretoken = now;
  });
  document.addEventListener("submit", (event) => {
    const field = event.target.querySelector("[name=csrfmiddlewaretoken]");
    if (field && token()) field.value = token();
  }, true);

  const kept = new WeakMap();

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, requestConfig } = event.detail;
    const panel = panelOf(target);
    if (!panel || panel !== target || !requestConfig || requestConfig.verb !== "get" || !event.detail.shouldSwap) return;
    clearStale(panel);
    if (isBeingWritten(panel)) { event.detail.shouldSwap = false; return; }
    const fresh = document.createElement("template");
    fresh.innerHTML = event.detail.serverResponse;
    const holder = document.createElement("div");
    holder.append(fresh.content);
    if (essence(holder) === essence(panel)) { event.detail.shouldSwap = false; return; }
    kept.set(panel, {
      focus: panel.contains(document.activeElement) ? focusables(panel).indexOf(document.activeElement) : -1,
      open: [...panel.querySelectorAll("details")].map((node) => node.open),
    });
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    const panel = event.detail.target;
    const was = kept.get(panel);
    if (!was) return;
    kept.delete(panel);
    [...panel.querySelectorAll("details")].forEach((node, at) => { if (was.open[at]) node.open = true; });
    if (was.focus >= 0) {
      const next = focusables(panel)[was.focus];
      if (next) next.focus({ preventScroll: true });
    }
  });

  for (const kind of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(kind, (event) => {
      const panel = panelOf(event.detail.elt);
      if (!panel) return;
      const posted = event.detail.requestConfig && event.detail.requestConfig.verb !== "get";
      const time = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
      const note = panel.querySelector(":scope > .panel__stale");
      if (posted) markStale(panel, "That did not arrive. What you typed is still here; try again.");
      else if (!note) markStale(panel, `Not refreshed since ${time}. Trying again.`);
    });
  }

  // What a member did in one panel shows in the others at once.
  document.addEventListener("htmx:afterRequest", (event) => {
    const verb = event.detail.requestConfig && event.detail.requestConfig.verb;
    if (event.detail.successful && verb && verb !== "get" && !event.detail.elt.closest("[data-quiet]")) {
      document.body.dispatchEvent(new CustomEvent("desk:changed"));
    }
  });

  // Leaving the page with words that were not saved yet asks first.
  let unsaved = false;
  document.addEventListener("input", (event) => { if (event.target.closest("#composer")) unsaved = true; });
  document.addEventListener("submit", (event) => { if (!event.defaultPrevented && event.target.id === "composer") unsaved = false; });
  document.addEventListener("htmx:afterRequest", (event) => {
    const config = event.detail.requestConfig;
    if (event.detail.successful && config && config.verb === "post" && event.detail.elt.closest("#part-composer")) unsaved = false;
  });
  window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });

  // An address that points at a part of the room puts the cursor where one writes.
  function land() {
    const name = decodeURIComponent(location.hash.slice(1));
    const part = name && (document.getElementById(name) || document.getElementById(`part-${name}`));
    const field = part && part.matches("form, [data-panel]") && part.querySelector("textarea, input:not([type=hidden]), select, button:not([tabindex=\"-1\"])");
    if (field) { field.focus(); part.scrollIntoView({ block: "start" }); }
  }
  window.addEventListener("hashchange", land);
  document.addEventListener("DOMContentLoaded", land);

  // ---- copying -----------------------------------------------------------------------------------------------
  const copies = navigator.clipboard ? document.querySelectorAll("[data-copies]") : [];
  for (const button of copies) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).value);
      setText(button, "Copied");
    });
  }

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
    else { node.click(); if (node.hash && node.hash === location.hash) land(); }
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

  // Copy what stands in an element; the buttons show only where copying is possible.
  if (navigator.clipboard) {
    for (const button of document.querySelectorAll("[data-copies]")) button.hidden = false;
    document.addEventListener("click", async (event) => {
      const button = event.target.closest && event.target.closest("[data-copies]");
      if (!button) return;
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent);
      setText(button, "Copied");
      setTimeout(() => setText(button, "Copy"), 2000);
    });
  }

  document.addEventListener("click", (event) => {
    const opener = event.target.closest && event.target.closest("[data-opens]");
    if (!opener) return;
    const dialog = document.getElementById(opener.dataset.opens);
    if (dialog && dialog.showModal) { event.preventDefault(); dialog.showModal(); }
  });
})();
