/* The visit panel: digits choose the purpose, ;; and initials write a quick text. Without this file all of it is radios and a list. */
(function () {
  "use strict";

  function composing(event) { return event.isComposing || event.keyCode === 229; }

  document.addEventListener("keydown", function (event) {
    var nowhere = event.target === document.body;
    var panel = nowhere ? document.querySelector("[data-visit-panel]") : event.target.closest && event.target.closest("[data-visit-panel]");
    if (!panel || composing(event) || event.ctrlKey || event.altKey || event.metaKey || !/^[1-9]$/.test(event.key)) { return; }
    if (event.target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])")) { return; }
    var choice = panel.querySelectorAll('input[name="purpose"]')[Number(event.key) - 1];
    if (!choice) { return; }
    event.preventDefault();
    choice.checked = true;
    var next = panel.querySelector("[data-quick-texts]");
    if (next) { next.focus(); }
  });

  document.addEventListener("input", function (event) {
    var area = event.target;
    if (!area.matches || !area.matches("[data-quick-texts]") || event.isComposing) { return; }
    document.querySelectorAll("#quick-texts option").forEach(function (option) {
      [";;", "；；"].forEach(function (mark) {
        var typed = mark + option.value;
        if (area.value.slice(-typed.length) === typed) { area.value = area.value.slice(0, -typed.length) + option.textContent; }
      });
    });
  });

  // Who is alike is asked when a name has been written, not while it is being composed.
  document.addEventListener("input", function (event) {
    if (event.isComposing && event.target.closest && event.target.closest("[data-look-alikes]")) { event.stopPropagation(); }
  }, true);
  document.addEventListener("compositionend", function (event) {
    if (event.target.closest && event.target.closest("[data-look-alikes]")) {
      event.target.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });

  var panel = document.querySelector("[data-visit-panel]");
  if (panel && !document.querySelector(".errors")) {
    var known = panel.querySelector('input[name="person"]');
    var first = known && known.value ? panel.querySelector('input[name="purpose"]') : panel.querySelector('input[name="full_name"]');
    if (first) { first.focus(); }
  }
})();
