// The list: rows by key, ticks by range, and a refresh that never takes away what somebody has begun.
(function () {
  "use strict";
  var last = null; // the row ticked last, from which a range is drawn

  function all(selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); }
  function rows() { return all("#live [data-row]"); }
  function tick(row) { return row.querySelector("[name=pick]"); }
  function current() { return document.activeElement && document.activeElement.closest("[data-row]"); }

  function count() {
    var ticked = all("#live [name=pick]:checked").length;
    var words = document.querySelector("[data-pick-count]");
    var whole = document.querySelector("[data-pick-all]");
    if (words) { words.textContent = ticked + " chosen"; }
    if (whole) {
      whole.hidden = false;
      whole.checked = ticked > 0 && ticked === rows().length;
      whole.indeterminate = ticked > 0 && ticked < rows().length;
    }
  }

  function extend(row, on) {
    var list = rows();
    var from = list.indexOf(last);
    var to = list.indexOf(row);
    if (from < 0) { from = to; }
    list.slice(Math.min(from, to), Math.max(from, to) + 1).forEach(function (item) { tick(item).checked = on; });
  }

  document.addEventListener("click", function (event) {
    var box = event.target.closest("[name=pick]");
    if (box) {
      var row = box.closest("[data-row]");
      if (event.shiftKey) { extend(row, box.checked); }
      last = row;
    }
    if (event.target.closest("[data-pick-all]")) {
      rows().forEach(function (item) { tick(item).checked = event.target.checked; });
    }
    count();
  });
  document.addEventListener("reset", function () { setTimeout(count); });

  document.addEventListener("keydown", function (event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (event.key === "Escape") {
      var leave = event.target.closest("[data-editing]") && event.target.closest("[data-editing]").querySelector("[data-leave]");
      if (leave) { leave.click(); }
      return;
    }
    if (event.target.closest("input:not([type=checkbox]), textarea, select, dialog[open]")) { return; }
    var list = rows();
    var row = current();
    if (event.key === "j" || event.key === "k") {
      var at = list.indexOf(row);
      var next = list[at < 0 ? 0 : Math.min(Math.max(at + (event.key === "j" ? 1 : -1), 0), list.length - 1)];
      if (next) { next.querySelector(".list-name a").focus(); next.scrollIntoView({ block: "nearest" }); event.preventDefault(); }
      return;
    }
    if (!row) { return; }
    if (event.key === "x" || event.key === "X") {
      var on = !tick(row).checked;
      if (event.shiftKey) { extend(row, true); } else { tick(row).checked = on; }
      last = row;
      count();
      event.preventDefault();
    }
    var edit = event.key === "e" && row.querySelector("[data-edit]");
    if (edit) { edit.click(); event.preventDefault(); }
  });

  // Ticks, an open menu and a row that is edited stay until they are done with.
  document.addEventListener("htmx:beforeSwap", function (event) {
    var begun = "[name=pick]:checked, details.menu[open], [data-editing]";
    var refresh = event.detail.target && event.detail.target.id === "live" && event.detail.elt.id === "live";
    if (refresh && event.detail.target.querySelector(begun)) { event.detail.shouldSwap = false; }
  });
  document.addEventListener("htmx:afterSettle", function (event) {
    count();
    var first = event.detail.elt.matches && event.detail.elt.matches("[data-editing]") && event.detail.elt.querySelector("[aria-invalid], [data-first]");
    if (first) { first.focus(); }
  });
  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", count); } else { count(); }
})();
