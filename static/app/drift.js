// Drift: one tick for all differences of a campaign, and one for all of the page. The page works without it.
(function () {
  "use strict";
  function all(root, selector) { return Array.prototype.slice.call(root.querySelectorAll(selector)); }
  function show(box, picks) {
    var ticked = picks.filter(function (pick) { return pick.checked; }).length;
    box.hidden = picks.length === 0;
    box.checked = ticked > 0 && ticked === picks.length;
    box.indeterminate = ticked > 0 && ticked < picks.length;
  }

  function tell() {
    all(document, "[data-tick-card]").forEach(function (box) { show(box, all(box.closest("table"), "[name=pick]")); });
    var whole = document.querySelector("[data-tick-page]");
    if (whole) {
      document.querySelector("[data-tick-label]").hidden = false;
      show(whole, all(document, "[name=pick]"));
    }
  }

  document.addEventListener("change", function (event) {
    var card = event.target.closest("[data-tick-card]");
    var whole = event.target.closest("[data-tick-page]");
    var picks = card ? all(card.closest("table"), "[name=pick]") : whole ? all(document, "[name=pick]") : [];
    picks.forEach(function (pick) { pick.checked = event.target.checked; });
    tell();
  });
  tell();
})();
