// Puts the mask back when a shown number's time is over, when the page is left or hidden, and on Escape.
(() => {
  "use strict";
  const hide = (box) => {
    if (!box.isConnected || box.dataset.centerHidden) return;
    box.dataset.centerHidden = "1";
    const number = box.querySelector(".num");
    if (number) {
      number.textContent = box.dataset.centerMask;
      number.removeAttribute("href");
    }
    const note = box.querySelector("small");
    if (note) note.remove();
  };
  const watch = (root) => {
    const boxes = root.querySelectorAll ? root.querySelectorAll("[data-center-reveal]:not([data-center-watched])") : [];
    boxes.forEach((box) => {
      box.dataset.centerWatched = "1";
      setTimeout(() => hide(box), Number(box.dataset.centerReveal) * 1000);
    });
  };
  const hideAll = () => document.querySelectorAll("[data-center-reveal]").forEach(hide);
  document.addEventListener("DOMContentLoaded", () => watch(document));
  document.addEventListener("htmx:load", (event) => watch(event.target.parentNode || document));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hideAll(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) hideAll(); });
  window.addEventListener("pagehide", hideAll);
})();
