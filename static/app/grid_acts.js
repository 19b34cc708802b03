// The grid's own acts: undone and done again by keys, from the first one that this tab knows; and what stays ticked.
// The journal holds what an act replaced; here stand only its numbers.
(function () {
  "use strict";
  var MOST = 100; // acts that are kept
  var doing = ""; // what was sent last: "undo", "redo" or nothing of ours
  var wishes = []; // keys that were pressed meanwhile

  function find(id) { return document.getElementById(id); }
  function sheet() { return find("grid"); }
  function live() { return find("grid-form") && find("grid-form").hasAttribute("data-live"); }
  function key(name) { return name + ":" + sheet().dataset.campaign; }

  function read(name, otherwise) {
    try { return JSON.parse(sessionStorage.getItem(key(name))) || otherwise; } catch (broken) { return otherwise; }
  }
  function write(name, value) {
    try { sessionStorage.setItem(key(name), JSON.stringify(value)); } catch (full) { /* then nothing is remembered */ }
  }
  function acts() { return read("grid-acts", { done: [], undone: [] }); }

  function push(act) {
    var known = acts();
    if (known.done.indexOf(act) >= 0 || known.undone.indexOf(act) >= 0) { return; }
    write("grid-acts", { done: known.done.concat(act).slice(-MOST), undone: [] });
  }

  function turn(from, verb, act) {
    var known = acts();
    var one = act || known[from][known[from].length - 1];
    var address = sheet() && sheet().dataset.undo;
    if (!address || (!one && !doing)) { return false; }
    if (doing) { wishes.push(function () { turn(from, verb, act); }); return true; }
    known[from] = known[from].filter(function (other) { return other !== one; });
    write("grid-acts", known);
    doing = verb;
    turn.one = one;
    document.dispatchEvent(new CustomEvent("grid:send", { detail: { address: address, values: { act: one, level: sheet().dataset.level, query: sheet().dataset.query, verb: verb } } }));
    return true;
  }
  function undo(act) { return turn("done", "undo", act); }
  function redo() { return turn("undone", "redo"); }

  document.addEventListener("grid:answered", function (event) {
    var state = find("grid-state");
    var act = state ? Number(state.dataset.act) : 0;
    var verb = doing;
    doing = "";
    if (event.detail.status >= 500 || !event.detail.status) { // no answer: it may be asked for again
      wishes = [];
      var known = acts();
      if (verb) { known[verb === "undo" ? "done" : "undone"].push(turn.one); write("grid-acts", known); }
      return;
    }
    if (act && verb) {
      var then = acts();
      then[verb === "undo" ? "undone" : "done"].push(act);
      write("grid-acts", then);
    } else if (act) { push(act); }
    if (state) { state.dataset.act = ""; }
    collect();
    goThere();
    if (wishes.length && !doing) { setTimeout(wishes.shift()); }
  });

  // What a page of its own did (Change…, Duplicate…, Repair) tells of itself by its message.
  function collect() {
    Array.prototype.forEach.call(document.querySelectorAll("#messages .note-undo"), function (form) {
      var number = /(\d+)\/undo/.exec(form.getAttribute("action"));
      if (number) { push(Number(number[1])); }
    });
  }

  function goThere() {
    var state = find("grid-state");
    var name = state && state.dataset.goto;
    if (!name) { return; }
    state.dataset.goto = "";
    document.dispatchEvent(new CustomEvent("grid:goto", { detail: name }));
  }

  document.addEventListener("keydown", function (event) {
    var letter = event.key.toLowerCase();
    if (!(event.ctrlKey || event.metaKey) || event.altKey || (letter !== "z" && letter !== "y") || !live()) { return; }
    if (event.target.closest("input:not([type=checkbox]), textarea, select")) { return; } // typing has an undo of its own
    event.preventDefault();
    if (letter === "y" || event.shiftKey) { redo(); } else { undo(); }
  });

  document.addEventListener("click", function (event) {
    var form = event.target.closest(".note-undo");
    var number = form && live() && event.target.closest("button") && /(\d+)\/undo/.exec(form.getAttribute("action"));
    if (number && undo(Number(number[1]))) { event.preventDefault(); }
  });

  // What is ticked stays so over Change… and Duplicate…, which are pages of their own.
  document.addEventListener("submit", function (event) {
    if (event.target.id !== "grid-bulk") { return; }
    write("grid-picks", Array.prototype.map.call(document.querySelectorAll("[name=pick]:checked"), function (box) { return box.value; }));
  });

  function start() {
    if (!live()) { return; }
    var picks = read("grid-picks", []);
    sessionStorage.removeItem(key("grid-picks"));
    if (picks.length) {
      Array.prototype.forEach.call(document.querySelectorAll("[name=pick]"), function (box) { box.checked = picks.indexOf(box.value) >= 0; });
      document.dispatchEvent(new CustomEvent("grid:count"));
    }
    collect();
    goThere();
    var address = new URL(location.href);
    if (address.searchParams.has("at")) {
      address.searchParams.delete("at");
      history.replaceState(history.state, "", address);
    }
  }
  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", start); } else { start(); }
})();
