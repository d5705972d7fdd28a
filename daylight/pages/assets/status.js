// Makes a whole page better: times in the reader's zone, a live countdown, news without reloading.
(() => {
  "use strict";
  const language = document.documentElement.lang || "en";
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short" };
  const dated = { ...clock, day: "numeric", month: "long" };
  const write = (moment, style) => new Intl.DateTimeFormat(language, style).format(moment);
  const isToday = (moment) => moment.toDateString() === new Date().toDateString();
  const length = (minutes) => {
    const unit = (value, name) =>
      new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "short" }).format(value);
    if (minutes < 60) return unit(minutes, "minute");
    const hours = Math.floor(minutes / 60);
    return minutes % 60 && hours < 24 ? `${unit(hours, "hour")} ${unit(minutes % 60, "minute")}` : unit(hours, "hour");
  };

  function localise(root) {
    for (const time of root.querySelectorAll("time[data-at]")) {
      const moment = new Date(time.dateTime);
      const short = time.dataset.at === "clock" && isToday(moment);
      const style = short ? clock : dated;
      const year = moment.getFullYear() === new Date().getFullYear() ? {} : { year: "numeric" };
      time.title = time.textContent;
      time.textContent = write(moment, short ? style : { ...style, ...year });
    }
    for (const note of document.querySelectorAll("[data-own-zone]")) note.hidden = !own;
  }

  function count() {
    for (const element of document.querySelectorAll("[data-countdown]")) {
      const seconds = (new Date(element.dataset.countdown) - Date.now()) / 1000;
      const minutes = Math.max(1, Math.ceil(Math.abs(seconds) / 60));
      const words = seconds > 0
        ? `(${new Intl.RelativeTimeFormat(language, { numeric: "always" }).format(
            minutes < 90 ? minutes : Math.round(minutes / 60), minutes < 90 ? "minute" : "hour")})`
        : document.body.dataset.late.replace("{time}", length(Math.max(1, Math.floor(-seconds / 60))));
      if (element.textContent !== words) element.textContent = words;
    }
  }

  // A copy of this page stands where nobody renders it anew: its age is the age of the whole publication.
  const old = 5 * 60 * 1000;
  async function tellAge() {
    const answer = await fetch(document.body.dataset.publication, { cache: "no-cache" }).catch(() => null);
    if (!answer?.ok) return;
    const made = new Date((await answer.json()).made_at);
    const now = new Date(answer.headers.get("Date") ?? Date.now());
    let notice = document.querySelector(".stale");
    if (now - made < old) return notice?.dataset.byScript && notice.remove();
    if (notice) return;
    notice = document.createElement("aside");
    notice.className = "stale";
    notice.dataset.byScript = "yes";
    notice.append(document.createElement("p"));
    notice.firstChild.textContent = document.body.dataset.stale.replace("{time}", write(made, dated));
    document.querySelector("main").before(notice);
  }

  let shown = null;
  async function refresh() {
    if (document.hidden) return;
    const announce = document.querySelector("[data-announce]");
    let answer;
    try {
      answer = await fetch(location.pathname, { cache: "no-cache", credentials: "same-origin" });
    } catch {
      announce.textContent = document.body.dataset.offline;
      return;
    }
    if (!answer.ok) return;
    const text = await answer.text();
    if (text === shown) return;
    shown = text;
    const news = new DOMParser().parseFromString(text, "text/html");
    const [before, after] = [document.querySelector("main"), news.querySelector("main")];
    if (!after) return;
    const headline = before.querySelector("h1")?.textContent;
    const focused = document.activeElement?.closest?.("main a")?.getAttribute("href");
    localise(after);
    before.replaceChildren(...after.childNodes);
    document.querySelector(".stale:not([data-by-script])")?.remove();
    const age = news.querySelector(".stale");
    if (age) before.before(age);
    document.title = news.title;
    count();
    if (focused) [...before.querySelectorAll("a")].find((a) => a.getAttribute("href") === focused)?.focus();
    const said = before.querySelector("h1")?.textContent;
    if (said && said !== headline) announce.textContent = said;
  }

  localise(document);
  count();
  tellAge();
  setInterval(count, 5000);
  setInterval(refresh, 20000);
  setInterval(() => document.hidden || tellAge(), 60000);
  document.addEventListener("visibilitychange", refresh);
})();
