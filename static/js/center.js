/* Behaviour of the shell. Every element also works as a plain link or form; no number is computed here. */
(function () {
  "use strict";

  var composing = false;
  document.addEventListener("compositionstart", function () { composing = true; });
  document.addEventListener("compositionend", function () {
    // Some input methods send the confirming Enter after the composition has ended: wait one tick.
    setTimeout(function () { composing = false; }, 0);
  });

  function inComposition(event) { return composing || event.isComposing || event.keyCode === 229; }

  var DEFAULT_KEYS = { search: "F2", visit: "F4", mask: "F8", tasks: "F9" };

  function keysOf(body) {
    try { return Object.assign({}, DEFAULT_KEYS, JSON.parse(body.dataset.keys || "{}")); } catch (error) { return DEFAULT_KEYS; }
  }

  function press(target) {
    if (target.matches("input, textarea, select")) { target.focus(); if (target.select) { target.select(); } } else { target.click(); }
  }

  document.addEventListener("keydown", function (event) {
    if (inComposition(event)) { event.stopImmediatePropagation(); return; }
    if (event.ctrlKey && !event.altKey && !event.shiftKey) {
      var wanted = event.key === "Enter" ? "[data-main-action]" : event.key.toLowerCase() === "s" ? "[data-save-draft]" : "";
      var button = wanted && document.querySelector("#side " + wanted + ", main " + wanted);
      if (wanted) { if (button) { event.preventDefault(); button.click(); } else if (event.key !== "Enter") { event.preventDefault(); } }
      return;
    }
    if (event.key === "Escape") {
      var hits = document.getElementById("hits");
      var side = document.getElementById("side");
      if (hits && hits.childElementCount) { hits.textContent = ""; } else if (side) { side.textContent = ""; }
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || !document.body.dataset.keys) { return; }
    var keys = keysOf(document.body);
    Object.keys(keys).forEach(function (name) {
      if (keys[name] !== event.key) { return; }
      var target = document.querySelector('[data-key="' + name + '"]');
      if (target) { event.preventDefault(); press(target); }
    });
  }, true);

  // Lists of links under the search box: arrows move, Enter opens, Shift+Enter starts a visit.
  document.addEventListener("keydown", function (event) {
    if (inComposition(event) || event.target.id !== "search") { return; }
    var links = Array.prototype.slice.call(document.querySelectorAll("#hits a"));
    var at = links.findIndex(function (link) { return link.getAttribute("aria-selected") === "true"; });
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!links.length) { return; }
      event.preventDefault();
      if (at >= 0) { links[at].setAttribute("aria-selected", "false"); }
      at = (at + (event.key === "ArrowDown" ? 1 : links.length - 1) + links.length) % links.length;
      links[at].setAttribute("aria-selected", "true");
      links[at].scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && links.length && document.getElementById("hits").dataset.query === event.target.value) {
      var chosen = links[Math.max(at, 0)];
      event.preventDefault();
      window.location.assign(event.shiftKey && chosen.dataset.visit ? chosen.dataset.visit : chosen.href);
    }
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.target.id === "hits") { event.target.dataset.query = document.getElementById("search").value; }
  });

  // A second click while the first is on its way does nothing; the server absorbs it too.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.sent && !form.hasAttribute("hx-post")) { event.preventDefault(); return; }
    if (event.submitter && event.submitter.getAttribute("aria-disabled") === "true") { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(function () { delete form.dataset.sent; }, 8000);
  });
  document.addEventListener("click", function (event) {
    var blocked = event.target.closest && event.target.closest('[aria-disabled="true"]');
    if (blocked) { event.preventDefault(); }
  });

  // Choose all rows of this page.
  document.addEventListener("change", function (event) {
    var all = event.target.closest && event.target.closest("[data-choose-all]");
    if (!all) { return; }
    all.closest("table").querySelectorAll('tbody input[type="checkbox"]').forEach(function (box) { if (!box.disabled) { box.checked = all.checked; } });
  });

  // A form that sends itself when a choice changes still has its button for those without JavaScript.
  document.addEventListener("change", function (event) {
    var form = event.target.closest && event.target.closest("form[data-send-on-change]");
    if (form) { form.requestSubmit ? form.requestSubmit() : form.submit(); }
  });

  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("[data-print]")) { window.print(); }
  });

  // Focus moves to what is wrong.
  var wrong = document.querySelector(".errors");
  if (wrong) { wrong.focus(); document.title = wrong.dataset.titlePrefix + document.title; }
  document.addEventListener("htmx:afterSettle", function (event) {
    var fresh = event.target.querySelector && event.target.querySelector(".errors");
    var first = event.target.querySelector && event.target.querySelector("[autofocus]");
    if (fresh) { fresh.focus(); } else if (first) { first.focus(); }
  });

  // The page locks itself when nobody has touched it; the server locks it too.
  var minutes = Number(document.body.dataset.idleMinutes || 0);
  if (minutes) {
    var timer;
    var rest = function () {
      clearTimeout(timer);
      timer = setTimeout(function () { window.location.assign(document.body.dataset.lockUrl); }, minutes * 60000);
    };
    ["keydown", "pointerdown", "scroll"].forEach(function (name) { document.addEventListener(name, rest, { passive: true }); });
    rest();
  }
})();
