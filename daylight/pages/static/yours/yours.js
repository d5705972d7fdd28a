// Keeps the time to the next word true while the page stands open; without a script it says what was true when it came.
(() => {
  "use strict";
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "always" });
  function count() {
    for (const element of document.querySelectorAll("[data-countdown]")) {
      const minutes = Math.ceil((new Date(element.dataset.countdown) - Date.now()) / 60000);
      if (minutes < 1) element.hidden = true;
      else element.textContent = `(${minutes < 90 ? words.format(minutes, "minute") : words.format(Math.round(minutes / 60), "hour")})`;
    }
  }
  count();
  setInterval(count, 10000);
})();
