// The button "Tell me in this browser": asks only after the press, says what happened, and takes it back.
(() => {
  "use strict";
  const box = document.querySelector("[data-browser]");
  if (!box || !("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) return;
  const [tell, stop, state] = ["tell", "stop", "state"].map((name) => box.querySelector(`[data-${name}]`));
  const say = (name) => {
    state.textContent = name ? box.dataset[name] : "";
  };

  function show(isTold) {
    tell.hidden = isTold;
    stop.hidden = !isTold;
  }

  function keyBytes(text) {
    const plain = atob((text + "=".repeat(-text.length & 3)).replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
  }

  async function post(url, said) {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(said),
      credentials: "omit",
    });
    if (!answer.ok) throw new Error(String(answer.status));
  }

  const registered = () => navigator.serviceWorker.getRegistration("/push/");

  async function awake() {
    const worker = await navigator.serviceWorker.register("/push/worker.js", { scope: "/push/" });
    const young = worker.installing || worker.waiting;
    if (!worker.active && young) {
      await new Promise((done) => {
        young.addEventListener("statechange", () => young.state === "activated" && done());
      });
    }
    return worker;
  }

  const remembered = () => (localStorage.getItem("told-of") || "").split(" ").filter(Boolean);
  const about = box.dataset.about || "everything";

  async function begin() {
    if ((await Notification.requestPermission()) !== "granted") return say("refused");
    const worker = await awake();
    const key = await (await fetch("/push/key")).json();
    const subscription = await worker.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: keyBytes(key.key),
    });
    await post(box.dataset.browser, {
      subscription: subscription.toJSON(),
      incident: box.dataset.incident || "",
      language: document.documentElement.lang,
    });
    localStorage.setItem("told-of", [...new Set([...remembered(), about])].join(" "));
    show(true);
    say("begun");
  }

  async function end() {
    const worker = await registered();
    const subscription = worker && (await worker.pushManager.getSubscription());
    if (subscription) {
      await post("/push/stop", { subscription: subscription.toJSON() });
      await subscription.unsubscribe();
    }
    localStorage.removeItem("told-of");
    show(false);
    say("ended");
  }

  function acting(act) {
    return async (event) => {
      event.currentTarget.disabled = true;
      try {
        await act();
      } catch {
        say("failed");
      }
      tell.disabled = stop.disabled = false;
    };
  }

  tell.addEventListener("click", acting(begin));
  stop.addEventListener("click", acting(end));
  show(Notification.permission === "granted" && remembered().includes(about));
  box.hidden = false;
})();
