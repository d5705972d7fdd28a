// Puts a value from the list where the cursor is, and goes to the line of a fault. The page works without it.
(() => {
  "use strict";
  const editor = document.getElementById("editor");
  if (!editor) return;
  let last = editor.querySelector("textarea[data-piece]");
  editor.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-piece]")) last = event.target;
  });

  // Each name in the list becomes a button, for mouse and keyboard alike.
  for (const code of editor.querySelectorAll("[data-palette] [data-insert]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--quiet button--small code";
    button.textContent = code.textContent;
    button.setAttribute("aria-label", `Put ${code.textContent} in`);
    button.addEventListener("click", () => {
      last.setRangeText(code.dataset.insert, last.selectionStart, last.selectionEnd, "end");
      last.focus();
      last.dispatchEvent(new Event("input", { bubbles: true }));
    });
    code.replaceChildren(button);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-piece-line]");
    const text = link && editor.querySelector(`[data-piece="${link.dataset.pieceLine}"]`);
    if (!text) return;
    event.preventDefault();
    const lines = text.value.split("\n");
    const line = Math.min(Number(link.dataset.line), lines.length);
    const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    text.focus();
    text.setSelectionRange(start, start + lines[line - 1].length);
    text.scrollTop = (text.scrollHeight / lines.length) * Math.max(0, line - 4);
  });
})();
