// The checker beside the words: jumping, filling in, taking out again, marks under the words, and its keys.
// Everything here also works without this file, by the buttons of the form.
(() => {
  "use strict";
  document.documentElement.classList.add("scripted");
  const GAP = /\[[^[\]\n]{1,60}\?\]/;
  const composer = () => document.getElementById("composer");
  const inComposer = (node) => Boolean(node && node.closest && node.closest("#composer"));
  const isText = (node) => Boolean(node && node.matches && node.matches("textarea, input:not([type=hidden], [type=radio], [type=checkbox], [type=submit])"));
  const remarks = () => [...document.querySelectorAll("#composer [data-remark]")].filter((node) => node.checkVisibility());

  // ---- places: the server counts characters of the trimmed text, the field counts otherwise --------------------
  function place(field, start, end, words) {
    const lead = field.value.length - field.value.trimStart().length;
    const letters = [...field.value.slice(lead)];
    const width = (number) => lead + letters.slice(0, number).join("").length;
    const here = [width(start), width(end)];
    if (words === undefined || field.value.slice(...here) === words) return here;
    const found = words ? field.value.indexOf(words) : -1;
    return found < 0 ? null : [found, found + words.length];
  }

  // Where the words to be replaced stand by now; null when they, or those around an empty place, are gone.
  function placeToFill(field, { from, to, was, before, after }) {
    const [start, end] = place(field, Number(from), Number(to));
    const text = field.value;
    if (!was) return text.slice(0, start).trimStart().endsWith(before) && text.slice(end).trimEnd().startsWith(after)
      && Boolean(after || !text.slice(end).trim()) && Boolean(before || !text.slice(0, start).trim()) ? [start, end] : null;
    if (text.slice(start, end) === was) return [start, end];
    const near = (at) => Math.abs(at - start);
    const whole = (at) => !/[\p{L}\p{N}]{2}/u.test(text.slice(Math.max(0, at - 1), at + 1))
      && !/[\p{L}\p{N}]{2}/u.test(text.slice(at + was.length - 1, at + was.length + 1));
    let best = -1;
    for (let at = text.indexOf(was); at >= 0; at = text.indexOf(was, at + 1)) {
      if (whole(at) && (best < 0 || near(at) < near(best))) best = at;
    }
    return best < 0 ? null : [best, best + was.length];
  }

  function jump(remark) {
    const field = document.getElementById(remark.dataset.field);
    if (!field) return;
    const details = field.closest("details:not([open])");
    if (details) details.open = true;
    field.focus();
    const { start, end, phrase } = remark.dataset;
    const found = phrase && isText(field) && place(field, Number(start), Number(end), phrase);
    if (found) field.setSelectionRange(...found);
  }

  // ---- filling in, and taking it out again --------------------------------------------------------------------
  let undo = null;
  let isFilling = false;

  function checkNow() { document.body.dispatchEvent(new CustomEvent("composer:check")); }

  function changed(field) {
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
    checkNow();
  }

  // As if it had been typed, so that the browser's own undo takes it back, too.
  function type(field, start, end, text) {
    field.focus();
    field.setSelectionRange(start, end);
    if (text === "" && start === end) return;
    const done = text === "" ? document.execCommand("delete") : document.execCommand("insertText", false, text);
    if (!done) { field.setRangeText(text, start, end, "end"); field.dispatchEvent(new Event("input", { bubbles: true })); }
  }

  function answer(button) {
    const { answers, answer: value } = button.dataset;
    const fields = [...composer().elements].filter((node) => node.name === answers);
    const field = fields.find((node) => node.type !== "radio" || node.value === value);
    if (!field) return false;
    const was = fields.map((node) => [node, node.type === "radio" || node.type === "checkbox" ? node.checked : node.value]);
    if (field.type === "radio" || field.type === "checkbox") field.checked = true;
    else field.value = value;
    const now = () => fields.map((node) => (node.type === "radio" || node.type === "checkbox" ? node.checked : node.value));
    changed(field);
    const filled = now();
    undo = () => {
      if (now().some((state, number) => state !== filled[number])) return;
      for (const [node, before] of was) {
        if (typeof before === "boolean") node.checked = before; else node.value = before;
      }
      changed(field);
    };
    return true;
  }

  function fillWords(button) {
    const field = document.getElementById(button.dataset.at);
    if (!field) return false;
    const details = field.closest("details:not([open])");
    if (details) details.open = true;
    const before = field.value;
    const { text } = button.dataset;
    const found = placeToFill(field, button.dataset);
    if (!found) { jump(button.closest("[data-remark]")); checkNow(); return true; }
    type(field, found[0], found[1], text);
    const blank = GAP.exec(text);
    if (blank) field.setSelectionRange(found[0] + blank.index, found[0] + blank.index + blank[0].length);
    const filled = field.value;
    undo = () => {
      if (field.value !== filled) return;
      type(field, 0, field.value.length, before);
      checkNow();
    };
    checkNow();
    return true;
  }

  // Who writes on has taken it over: taking it out would take their words, too.
  function forgetUndo() {
    undo = null;
    document.getElementById("composer-undo").hidden = true;
  }

  function fill(remark) {
    const button = remark && remark.querySelector("[data-fills]");
    if (!button) return false;
    undo = null;
    isFilling = true;
    const isDone = button.dataset.answers ? answer(button) : fillWords(button);
    isFilling = false;
    document.getElementById("composer-undo").hidden = !undo;
    return isDone;
  }

  // ---- the next one, from wherever one is ------------------------------------------------------------------------
  let wanted = false;
  let isAsking = false;

  function fillNext() {
    if (isAsking) { wanted = true; return; }
    const all = remarks();
    const here = document.activeElement;
    const near = all.filter((remark) => remark.contains(here) || (here.id && remark.dataset.field === here.id));
    const next = [...near, ...all].find((remark) => remark.querySelector("[data-fills]"));
    if (next) fill(next); else if (all.length) jump(all[0]);
  }

  function step(by) {
    const all = remarks();
    if (!all.length) return;
    const here = all.findIndex((remark) => remark.contains(document.activeElement));
    const next = all[here < 0 ? (by > 0 ? 0 : all.length - 1) : (here + by + all.length) % all.length];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  function open(remark, which) {
    const details = remark.querySelector(`[${which}]`);
    if (!details) return;
    details.open = which === "data-keep" || !details.open;
    const input = details.querySelector("input");
    if (input) input.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (!composer() || event.isComposing || document.querySelector("dialog[open]")) return;
    const remark = event.target.closest && event.target.closest("[data-remark]");
    const act = keyed(event, remark);
    if (!act) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    act();
  }, true);

  function keyed(event, remark) {
    if (event.key === "F8") return () => step(event.shiftKey ? -1 : 1);
    if (event.ctrlKey && event.key === "." && (inComposer(event.target) || !isText(event.target))) return fillNext;
    if (!remark || event.ctrlKey || event.metaKey || event.altKey) return null;
    if (event.key === "Escape") return () => jump(remark);
    if (isText(event.target)) return event.key === "Enter" ? () => remark.querySelector("[name=keep]").click() : null;
    return { f: () => fill(remark), w: () => open(remark, "data-why"), k: () => open(remark, "data-keep") }[event.key] || null;
  }

  document.addEventListener("click", (event) => {
    const pressed = event.target.closest && event.target.closest("[data-fills], [data-jumps], [data-undoes]");
    if (!pressed || !inComposer(pressed)) return;
    if (pressed.matches("[data-undoes]")) {
      if (!undo) return;
      undo();
      undo = null;
      document.getElementById("composer-undo").hidden = true;
    } else if (pressed.matches("[data-jumps]")) jump(pressed.closest("[data-remark]"));
    else if (!fill(pressed.closest("[data-remark]"))) return;
    event.preventDefault();
    event.stopPropagation();
  }, true);

  // A reason that is being typed is no word of the update: nothing is saved, checked or swapped for it.
  document.addEventListener("input", (event) => {
    if (event.target.closest("[data-remark]")) event.stopPropagation();
    else if (inComposer(event.target)) { if (!isFilling) forgetUndo(); mark(); }
  }, true);
  document.addEventListener("change", (event) => { if (event.target.closest("[data-remark]")) event.stopPropagation(); }, true);

  // ---- what comes back: nothing is swapped that is the same, or in which somebody writes ----------------------------
  const isCheck = (event) => event.detail.target && event.detail.target.id === "composer-lamps";
  const same = (one, other) => one.replace(/\s+/g, " ").trim() === other.replace(/\s+/g, " ").trim();
  let left = null;

  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target, fragment } = event.detail;
    if (!target || !target.classList || !target.classList.contains("remarks")) return;
    const fresh = fragment.firstElementChild ? fragment.firstElementChild.innerHTML : "";
    const writes = [...target.querySelectorAll("[data-keep] input")].some((input) => input.value && !input.closest("[data-keep]").hasAttribute("data-sent"));
    if (writes || same(target.innerHTML, fresh)) event.detail.shouldSwap = false;
    else if (target.contains(document.activeElement)) left = target.id;
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!isCheck(event)) return;
    isAsking = true;
    const keeps = event.detail.elt.closest && event.detail.elt.closest("[data-keep]");
    if (keeps) keeps.setAttribute("data-sent", "");
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!isCheck(event)) return;
    isAsking = false;
    if (left) {
      const slot = document.getElementById(left);
      const next = (slot && slot.querySelector("[data-remark]")) || remarks()[0];
      left = null;
      if (next) next.focus(); else if (composer()) composer().querySelector("[data-enter]").focus();
    }
    mark();
    if (wanted) { wanted = false; fillNext(); }
  });
  for (const kind of ["htmx:sendAbort", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(kind, () => { isAsking = false; });
  }
  document.addEventListener("htmx:afterSettle", mark);
  document.addEventListener("DOMContentLoaded", mark);

  // ---- marks under the words ----------------------------------------------------------------------------------------
  function marksOf(field) {
    const box = field.closest(".written");
    let layer = box.querySelector(".written__marks");
    if (!layer) {
      layer = document.createElement("div");
      layer.className = "written__marks";
      layer.setAttribute("aria-hidden", "true");
      box.append(layer);
      field.addEventListener("scroll", () => { layer.scrollTop = field.scrollTop; });
    }
    return layer;
  }

  function mark() {
    if (!composer()) return;
    const places = new Map();
    for (const remark of remarks()) {
      const field = document.getElementById(remark.dataset.field);
      const found = remark.dataset.phrase && field && field.matches("textarea")
        && place(field, Number(remark.dataset.start), Number(remark.dataset.end), remark.dataset.phrase);
      if (found) places.set(field, [...(places.get(field) || []), found]);
    }
    for (const field of composer().querySelectorAll(".written > textarea")) {
      if (places.has(field) || field.nextElementSibling) draw(field, places.get(field) || []);
    }
  }

  function draw(field, found) {
    const layer = marksOf(field);
    const pieces = [];
    let at = 0;
    for (const [start, end] of found.sort((one, other) => one[0] - other[0])) {
      if (start < at) continue;
      const marked = document.createElement("mark");
      marked.textContent = field.value.slice(start, end);
      pieces.push(field.value.slice(at, start), marked);
      at = end;
    }
    layer.replaceChildren(...pieces, `${field.value.slice(at)}\n`);
    layer.scrollTop = field.scrollTop;
  }
})();
