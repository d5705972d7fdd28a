// Shows on any page what is wrong now: docs/use/banner.md. It is sent as packing.py makes it small.
(() => {
  const script = document.currentScript || document.querySelector('script[src$="/banner.js"]');
  const quietly = (act) => { try { return act(); } catch { return null; } };
  const style = `:host{all:initial;color-scheme:inherit;display:block;font:15px/1.45 system-ui,sans-serif}
    div div{display:flex;gap:12px;padding:10px 16px;border:0 solid #2a62c9;border-inline-start-width:8px;border-block-end-width:2px;
    overflow-wrap:anywhere;color:#1c2127;background:#fff;color:light-dark(#1c2127,#e7eaee);background:light-dark(#fff,#171d26)}
    div.outage{border-color:#d6303d}div.trouble{border-color:#c77700}
    p{margin:0;flex:1;white-space:pre-line}a{color:inherit;font-weight:650}
    button{min-width:44px;margin:-8px;border:0;background:none;color:inherit;font:24px sans-serif;cursor:pointer}
    :focus-visible{outline:3px solid;outline-offset:-3px}`;

  const make = (tag, inside, more) => {
    const made = Object.assign(document.createElement(tag), more);
    made.append(...inside);
    return made;
  };
  const get = async (url, body) => {
    const answer = await fetch(url, {
      method: body ? "POST" : "GET", body, credentials: "omit", cache: "no-cache", referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout?.(8000) });
    if (!answer.ok) throw 0;
    return answer.json();
  };

  class Banner extends HTMLElement {
    static observedAttributes = ["page", "components", "regions", "customer", "language", "planned"];

    connectedCallback() { quietly(() => this.begin()); }
    attributeChangedCallback() { if (this.box) this.ask(); }

    begin() {
      if (!this.box) {
        const root = this.attachShadow({ mode: "open" });
        // There before anything is said, so that screen readers speak what is put into it.
        root.append((this.box = make("div", [])));
        this.box.setAttribute("role", "status");
        try {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(style);
          root.adoptedStyleSheets = [sheet];
        } catch { root.append(make("style", [style])); }
        this.look = () => { if (!document.hidden && this.isConnected) this.ask(); };
        document.addEventListener("visibilitychange", this.look);
      }
      this.ask();
    }
    option(name) { return this.getAttribute(name) || ""; }

    keep(what) {
      // The name holds what the words depend on. A browser that keeps nothing is no trouble.
      const name = `daylight ${this.home} ${!this.option("customer")}`;
      return quietly(() => what ? localStorage.setItem(name, JSON.stringify(what)) : JSON.parse(localStorage.getItem(name)));
    }

    async ask() {
      clearTimeout(this.timer);
      // Of two that overlap, the later one counts.
      const turn = (this.turn = {});
      let lost = (this.lost || 0) + 1;
      try {
        this.home = new URL(this.option("page"), script.src).href.replace(/[^/]*$/, "");
        this.known ||= this.keep() || {};
        const found = await this.find();
        lost = 0;
        if (turn === this.turn) this.keep(Object.assign(this.known, found));
      } catch {}
      if (turn !== this.turn) return;
      this.lost = lost;
      quietly(() => this.show());
      this.timer = setTimeout(this.look, Math.min(30 * 2 ** lost, 300) * 1000);
    }
    async find() {
      const language = (this.option("language") || document.documentElement.lang).slice(0, 2);
      const customer = this.option("customer");
      let mine = null, news = await get(`${this.home}banner.json`);
      if (language !== news.language && news.languages.includes(language)) news = await get(`${this.home}${language}/banner.json`);
      if (customer && news.incidents.length)
        mine = await get(news.affected, customer).then((said) => said.affected.concat(), () => this.known.mine);
      return { news, mine, at: Date.now() };
    }

    wants(one) {
      const named = (name) => {
        const list = this.option(name).toLowerCase().split(/\s*,\s*/);
        return !list[0] || !one[name].length || one[name].some((each) => list.includes(each));
      };
      const { seen = {}, mine } = this.known;
      return (one.tone !== "planned" || this.hasAttribute("planned")) && !(Date.parse(one.until) < Date.now())
        && seen[one.id] !== one.update && (!mine || mine.includes(one.id)) && named("components") && named("regions");
    }
    show() {
      const { news, at } = this.known;
      if (!news) return;
      const now = Date.now();
      const age = Math.max(now - at, now - Date.parse(news.true_at) - 6e5);
      const time = (words, when) => words.replace("{time}", new Date(when).toLocaleString(news.language,
        { timeStyle: "short", hourCycle: "h23", dateStyle: Math.abs(now - Date.parse(when)) < 432e5 ? undefined : "medium" }));
      const said = (age < news.keep_hours * 36e5 ? news.incidents : []).filter((one) => this.wants(one)).slice(0, 3).map((one) => [one, [
        one.next && time(news.words[Date.parse(one.next) < now ? "late" : "next"], one.next),
        (this.lost || age > 3e5) && time(news.words.old, news.true_at)]]);
      // The same again would be read aloud again, and lose the focus.
      if (this.said === (this.said = JSON.stringify(said))) return;
      this.box.replaceChildren(...said.map(([one, more]) => {
        const close = make("button", ["\xd7"], {
          type: "button", ariaLabel: `${news.words.close}: ${one.headline}`,
          onclick: () => quietly(() => {
            (this.known.seen ||= {})[one.id] = one.update;
            this.keep(this.known);
            this.show();
            this.box.querySelector("button")?.focus();
          }) });
        const link = make("a", [one.headline], { href: /^https?:/.test(one.url) ? one.url : "", target: "_top" });
        const lines = [link, ...more].filter(Boolean).flatMap((each) => [make("bdi", [each]), "\n"]);
        return make("div", [make("p", lines, { lang: one.language }), close], { className: one.tone });
      }));
    }
  }

  quietly(() => {
    if (!customElements.get("daylight-banner")) customElements.define("daylight-banner", Banner);
    const put = () => quietly(() => {
      if (document.querySelector("daylight-banner")) return;
      const banner = make("daylight-banner", []);
      for (const name in script.dataset) banner.setAttribute(name, script.dataset[name]);
      document.body.prepend(banner);
    });
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", put);
    else put();
  });
})();
