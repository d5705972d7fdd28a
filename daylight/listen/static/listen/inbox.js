// j and k walk through the list, x chooses, a chooses all or none; everything also works without this file.
(() => {
  "use strict";
  const rows = () => [...document.querySelectorAll("[data-row]")];

  function step(by) {
    const all = rows();
    if (!all.length) return;
    const here = all.indexOf(document.activeElement);
    const next = all[here < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + by, 0), all.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  function chooseAll() {
    const boxes = [...document.querySelectorAll(".inbox__row input[type=checkbox]")];
    const isEvery = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !isEvery;
  }

  for (const button of document.querySelectorAll("[data-choose-all]")) {
    button.hidden = false;
    button.addEventListener("click", chooseAll);
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, dialog")) return;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "a" && document.querySelector("[data-choose-all]")) chooseAll();
    else if (event.key === "x" && document.activeElement.matches("[data-row]")) {
      const box = document.activeElement.closest(".inbox__row").querySelector("input[type=checkbox]");
      if (box) box.checked = !box.checked;
    } else return;
    event.preventDefault();
  });
})();
