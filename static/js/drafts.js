/* Unsent forms are kept on the server: ten seconds after a change and on leaving a field. Nothing is kept in the browser. */
(function () {
  "use strict";

  var WAIT = 10000;
  var timers = new WeakMap();

  function noteOf(form) { return form && form.querySelector("[data-draft]"); }

  function typed(form) {
    var data = new FormData();
    Array.prototype.forEach.call(form.elements, function (input) {
      if (!input.name || input.disabled || /^(file|password|submit|button)$/.test(input.type) || input.hasAttribute("data-write-only")) { return; }
      if (/^(radio|checkbox)$/.test(input.type) && !input.checked) { return; }
      if (input.multiple && input.options) {
        Array.prototype.forEach.call(input.selectedOptions, function (option) { data.append(input.name, option.value); });
      } else { data.append(input.name, input.value); }
    });
    return data;
  }

  function save(form, last) {
    var note = noteOf(form);
    clearTimeout(timers.get(form));
    timers.delete(form);
    if (!note || !form.dataset.unsaved || form.dataset.sent) { return; }
    delete form.dataset.unsaved;
    fetch(note.dataset.draft, { method: "POST", body: typed(form), credentials: "same-origin", redirect: "error", keepalive: Boolean(last) })
      .then(function (answer) { return answer.status === 200 ? answer.text() : ""; })
      .then(function (sentence) { if (sentence) { note.textContent = sentence; } })
      .catch(function () { form.dataset.unsaved = "1"; note.textContent = note.dataset.draftFailed; });
  }

  function changed(event) {
    var form = event.target.form;
    if (!noteOf(form) || event.target.hasAttribute("data-write-only")) { return; }
    form.dataset.unsaved = "1";
    if (!timers.has(form)) { timers.set(form, setTimeout(function () { save(form); }, WAIT)); }
  }

  document.addEventListener("input", changed);
  document.addEventListener("change", changed);
  document.addEventListener("focusout", function (event) {
    var form = event.target.form;
    var next = event.relatedTarget;
    // Whoever presses a button of the form sends it: a sentence that appears meanwhile may move the button away from the press.
    if (form && !(next && next.form === form && next.type === "submit")) { save(form); }
  });
  document.addEventListener("center:save-draft", function (event) { save(event.target); });
  window.addEventListener("pagehide", function () {
    document.querySelectorAll("form").forEach(function (form) { save(form, true); });
  });

  // The sentence stands beside the button that sends the form.
  function place(root) {
    root.querySelectorAll("form [data-draft]").forEach(function (note) {
      var buttons = note.closest("form").querySelectorAll(".control > .btn[type=submit]:not([formaction])");
      var button = buttons[0];
      if (button && note.previousElementSibling !== button.parentNode) { button.parentNode.after(note); }
    });
  }
  place(document);
  document.addEventListener("htmx:afterSettle", function (event) { place(event.target.parentNode || document); });
})();
