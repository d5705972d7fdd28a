// Statuspage's "status embed": while something is wrong, a small frame in a corner of the firm's own page.
// No cookies, no third party; whatever goes wrong here, the page around it does not notice.
(function () {
  "use strict";
  var said = "__SAID__";
  var box = null;
  var dismissed = "";

  function names(list) {
    return list.map(function (each) { return each.id + each.updated_at; }).join();
  }

  function show() {
    if (box) return;
    box = document.createElement("div");
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", said.title);
    var style = box.style;
    style.position = "fixed";
    style.zIndex = "2147483000";
    style.width = "min(380px, calc(100vw - 32px))";
    said.position.split("-").forEach(function (side) { style[side] = "16px"; });
    var frame = document.createElement("iframe");
    frame.src = said.frame;
    frame.title = said.title;
    frame.setAttribute("sandbox", "allow-scripts allow-popups allow-popups-to-escape-sandbox");
    frame.style.cssText = "display:block;width:100%;height:150px;border:0;border-radius:8px;box-shadow:0 4px 18px rgba(0,0,0,.3)";
    var close = document.createElement("button");
    close.type = "button";
    close.textContent = "×";
    close.setAttribute("aria-label", said.close);
    close.style.cssText = "position:absolute;top:2px;right:2px;width:32px;height:32px;border:0;border-radius:16px;background:#fff;color:#111;font-size:20px;line-height:1;cursor:pointer";
    close.onclick = function () {
      dismissed = box.dataset.of;
      hide();
    };
    box.appendChild(frame);
    box.appendChild(close);
    document.body.appendChild(box);
  }

  function hide() {
    if (box) box.remove();
    box = null;
  }

  function look() {
    fetch(said.summary)
      .then(function (answer) { return answer.json(); })
      .then(function (summary) {
        var begun = summary.scheduled_maintenances.filter(function (each) { return each.status !== "scheduled"; });
        var of = names(summary.incidents.concat(begun));
        if (!of || of === dismissed) return hide();
        show();
        box.dataset.of = of;
      })
      .catch(function () {});
  }

  function begin() {
    look();
    setInterval(look, 60000);
  }

  if (document.body) begin();
  else document.addEventListener("DOMContentLoaded", begin);
})();
