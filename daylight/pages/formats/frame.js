// Keeps a frame fresh without loading it again, so that nobody loses their place. In a sandbox, where a frame may not
// read its own address, it loads itself again; without scripts the browser does.
(() => {
  setInterval(async () => {
    if (document.hidden || !navigator.onLine) return;
    if (self.origin === "null") return location.reload();
    try {
      const answer = await fetch(location.href, { cache: "no-cache", credentials: "omit" });
      const news = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
      const shown = document.querySelector("main");
      if (answer.ok && news && news.innerHTML !== shown.innerHTML) shown.replaceChildren(...news.childNodes);
    } catch {
      // Out of reach: what is shown says when it was true.
    }
  }, 60000);
})();
