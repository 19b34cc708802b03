// Keys of the review queue: j and k move between cards, the rest press what the card offers. The pages work without it.
(function () {
  "use strict";

  function cards() { return Array.prototype.slice.call(document.querySelectorAll("[data-card]")); }

  function current() { return document.activeElement && document.activeElement.closest("[data-card]"); }

  function move(step) {
    var all = cards();
    var at = all.indexOf(current());
    var next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
    if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
  }

  document.addEventListener("keydown", function (event) {
    var card = current();
    var typing = event.target.closest("input, textarea, select, dialog[open]");
    if (event.key === "Escape" && card) {
      var leave = card.querySelector("[data-escape]");
      if (leave) { leave.click(); }
      return;
    }
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing) { return; }
    if (event.key === "j" || event.key === "k") { move(event.key === "j" ? 1 : -1); event.preventDefault(); return; }
    card = card || (cards().length === 1 ? cards()[0] : null);
    if (!card) { return; }
    if (event.key === " " && document.activeElement === card) {
      var peek = card.querySelector("[data-peek]");
      peek.open = !peek.open;
      event.preventDefault();
      return;
    }
    var act = /^[a-z]$/.test(event.key) && card.querySelector('[data-act="' + event.key + '"]');
    if (act && !card.querySelector(".proposal-ask")) { act.click(); event.preventDefault(); }
  });

  // What was swapped in takes the focus: the first field of a question, else the card.
  document.addEventListener("htmx:afterSettle", function (event) {
    var card = event.detail.elt.closest && event.detail.elt.closest("[data-card]");
    if (!card) { return; }
    (card.querySelector("[aria-invalid], [data-first]") || card.querySelector(".proposal-ask button") || card).focus();
  });
})();
