/* Puts the form where this tag stands: <script src="https://…/say/embed.js" async></script>
   data-language="de" chooses a language, data-from the customer's own signed word, data-title the name of the frame. */
(function () {
  var tag = document.currentScript;
  if (!tag) return;
  var asked = tag.dataset, base = new URL(".", tag.src), frame = document.createElement("iframe");
  var languages = { en: 1, de: 1, fr: 1, es: 1 };
  if (languages[asked.language]) base = new URL("../" + asked.language + "/say/", base);
  var address = new URL("embed/", base);
  if (asked.from) address.searchParams.set("from", asked.from);
  frame.src = address;
  frame.title = asked.title || "Tell us";
  frame.style.cssText = "display:block;width:100%;border:0;height:900px";
  frame.setAttribute("loading", "lazy");
  window.addEventListener("message", function (event) {
    if (event.source !== frame.contentWindow || event.origin !== base.origin) return;
    var height = event.data && Number(event.data.daylightSayHeight);
    if (height > 100 && height < 20000) frame.style.height = Math.ceil(height) + "px";
  });
  tag.parentNode.insertBefore(frame, tag.nextSibling);
})();
