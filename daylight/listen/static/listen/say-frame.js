/* Tells the page that shows the form how high it is, so that nothing scrolls twice. */
(function () {
  if (window.parent === window) return;
  function tell() { window.parent.postMessage({ daylightSayHeight: document.documentElement.scrollHeight }, "*"); }
  new ResizeObserver(tell).observe(document.body);
  window.addEventListener("load", tell);
})();
