/* A page of several forms: who sends one is told what is typed and not saved in the others, and asked. */
(function () {
  "use strict";

  var words = document.body.dataset;

  function changed(field) {
    if (!field.name || field.disabled || /^(hidden|submit|button|reset|image)$/.test(field.type)) { return false; }
    if (field.type === "file") { return field.files.length > 0; }
    if (/^(radio|checkbox)$/.test(field.type)) { return field.checked !== field.defaultChecked; }
    if (field.options) {
      var options = Array.prototype.slice.call(field.options);
      var preset = options.some(function (option) { return option.defaultSelected; });
      return options.some(function (option, at) {
        var before = preset || field.multiple ? option.defaultSelected : at === 0;
        return option.selected !== before;
      });
    }
    return field.value !== field.defaultValue;
  }

  // What came back refused, or as a draft, stands in its fields and is not saved either.
  function unsaved(form) {
    return Boolean(form.querySelector(".errors")) || Array.prototype.some.call(form.elements, changed);
  }

  function others(form) {
    var all = Array.prototype.slice.call(document.querySelectorAll("main form[method=post], #side form[method=post]"));
    return all.filter(function (one) { return one !== form && !one.hasAttribute("hx-post") && unsaved(one); });
  }

  function titleOf(form) {
    var part = form.closest(".panel, section, details, li");
    var heading = part && part.querySelector("h2, h3, summary, legend");
    var label = form.querySelector("legend, label");
    return ((heading || label || {}).textContent || "").trim();
  }

  function button(text, act) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-plain";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  }

  function ask(found, beside, goOn) {
    var old = document.querySelector("[data-unsaved-question]");
    if (old) { old.remove(); }
    var box = document.createElement("div");
    var sentence = document.createElement("p");
    box.className = "message warning";
    box.setAttribute("role", "alertdialog");
    box.setAttribute("data-unsaved-question", "");
    sentence.id = "unsaved-question";
    sentence.textContent = words.unsaved + " " + found.map(titleOf).filter(Boolean).join(" · ");
    box.setAttribute("aria-labelledby", sentence.id);
    var back = button(words.unsavedBack, function () {
      var first = Array.prototype.find.call(found[0].elements, changed) || found[0].querySelector("input:not([type=hidden]), select, textarea");
      box.remove();
      found[0].scrollIntoView({ block: "center" });
      if (first) { first.focus(); }
    });
    var anyway = button(words.unsavedAnyway, function () { box.remove(); goOn(); });
    var row = document.createElement("div");
    row.className = "row-line";
    row.append(back, anyway);
    box.append(sentence, row);
    if (beside) { beside.after(box); } else { document.getElementById("main").prepend(box); }
    box.scrollIntoView({ block: "nearest" });
    back.focus();
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    var submitter = event.submitter;
    if (form.hasAttribute("hx-post") || form.hasAttribute("data-leaves-safely")) { return; }
    if (form.dataset.asked) { delete form.dataset.asked; return; }
    if (submitter && submitter.getAttribute("aria-disabled") === "true") { return; }
    var found = others(form);
    if (!found.length) { return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    var inside = form.closest("main, #side") && submitter && form.contains(submitter);
    ask(found, inside ? submitter.closest(".action-bar, .control") || submitter : null, function () {
      form.dataset.asked = "1";
      if (form.requestSubmit) { form.requestSubmit(submitter || undefined); } else { form.submit(); }
    });
  }, true);

  // A function key is a link of the bar: it throws nothing away either (fault kind 21).
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[data-key]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) { return; }
    var found = others(null);
    if (!found.length) { return; }
    event.preventDefault();
    ask(found, null, function () { window.location.assign(link.href); });
  });
})();
