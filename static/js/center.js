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

  function keysOf(body) {
    try { return JSON.parse(body.dataset.keys || '{"main": "Ctrl+Enter"}'); } catch (error) { return {}; }
  }

  // "Ctrl+Alt+F", "F2", "Escape": as the person chose it on the page of keys.
  function named(event) {
    var key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
    return (event.ctrlKey ? "Ctrl+" : "") + (event.altKey ? "Alt+" : "") + (event.shiftKey ? "Shift+" : "") + key;
  }

  function press(target) {
    if (target.matches("input, textarea, select")) { target.focus(); if (target.select) { target.select(); } } else { target.click(); }
  }

  function shut() {
    var hits = document.getElementById("hits");
    var side = document.getElementById("side");
    if (hits && hits.childElementCount) { hits.textContent = ""; } else if (side) { side.textContent = ""; }
  }

  function keepDraft() {
    var note = document.activeElement.form && document.activeElement.form.querySelector("[data-draft]");
    note = note || document.querySelector("#side [data-draft], main [data-draft]");
    var button = document.querySelector("#side [data-save-draft], main [data-save-draft]");
    if (note) { note.closest("form").dispatchEvent(new CustomEvent("center:save-draft", { bubbles: true })); } else if (button) { button.click(); }
  }

  document.addEventListener("keydown", function (event) {
    if (inComposition(event)) { event.stopImmediatePropagation(); return; }
    if (event.metaKey) { return; }
    var keys = keysOf(document.body);
    var pressed = named(event);
    Object.keys(keys).forEach(function (name) {
      if (!keys[name] || keys[name] !== pressed) { return; }
      if (name === "close") { shut(); return; }
      if (name === "draft") { event.preventDefault(); keepDraft(); return; }
      var target = document.querySelector(name === "main" ? "#side [data-main-action], main [data-main-action]" : '[data-key="' + name + '"]');
      if (target) { event.preventDefault(); press(target); }
    });
  }, true);

  // Tables of records: arrows move from row to row, Space chooses the row, Enter opens it.
  function rowOf(node) { return node.closest && node.closest("main .table-box tbody tr"); }
  function wayIn(row) { return row.querySelector("a[href]") || row.querySelector('input[type="checkbox"]'); }

  document.addEventListener("keydown", function (event) {
    if (inComposition(event) || named(event) !== event.key && event.key !== " " || !keysOf(document.body).lists) { return; }
    var box = event.target.closest && event.target.closest("main .table-box");
    if (!box || event.target.matches('input:not([type="checkbox"]), select, textarea, button, summary')) { return; }
    var row = rowOf(event.target);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      var rows = Array.prototype.filter.call(box.querySelectorAll("tbody tr"), wayIn);
      var at = rows.indexOf(row) + (event.key === "ArrowDown" ? 1 : -1);
      var next = rows[at < 0 ? 0 : at];
      if (next) { event.preventDefault(); wayIn(next).focus(); next.scrollIntoView({ block: "nearest" }); }
    } else if (event.key === " " && row && event.target.matches("a")) {
      var tick = row.querySelector('input[type="checkbox"]:not(:disabled)');
      event.preventDefault();
      if (tick) { tick.click(); }
    } else if (event.key === "Enter" && row && event.target.matches('input[type="checkbox"]')) {
      var link = row.querySelector("a[href]");
      if (link) { event.preventDefault(); link.click(); }
    }
  });

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
      // Nothing chosen: only what was typed, whole, is opened; anything else is listed, never guessed.
      var meant = links.filter(function (link) { return link.hasAttribute("data-exact"); });
      var chosen = at >= 0 ? links[at] : meant.length === 1 ? meant[0] : null;
      if (!chosen) { return; }
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

  // On a small screen the head is folded; without this script all of it stands open.
  var menu = document.querySelector(".menu-label");
  if (menu) {
    menu.hidden = false;
    document.body.classList.add("folded");
    menu.addEventListener("click", function () {
      var open = document.body.classList.toggle("folded") === false;
      menu.setAttribute("aria-expanded", String(open));
    });
  }

  // What came of the last step is in sight, also where the page was opened further down. A copy is shown over the page, so
  // that nothing moves when it goes: a button that moves while it is pressed loses the click.
  function showAnswer() {
    var said = document.querySelector("main .message[role=status]:not([data-quiet])");
    if (!said) { return; }
    var box = said.getBoundingClientRect();
    if (box.top >= 0 && box.bottom <= window.innerHeight) { return; }
    var shown = said.cloneNode(true);
    shown.textContent = said.textContent.trim();
    shown.removeAttribute("role");
    shown.removeAttribute("id");
    shown.setAttribute("aria-hidden", "true");
    shown.classList.add("in-sight");
    said.after(shown);
    var back = function () { shown.remove(); };
    ["pointerdown", "keydown"].forEach(function (kind) { document.addEventListener(kind, back, { once: true, capture: true }); });
    setTimeout(back, 10000);
  }
  window.addEventListener("load", function () { setTimeout(showAnswer, 50); });

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
