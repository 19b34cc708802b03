// The grid: cells are chosen, typed into and saved one by one, and whole ranges copied and pasted.
// Without it the same table is one form with a button.
(function () {
  "use strict";
  var PATIENCE = 4000; // how long leaving waits for a save, in ms
  var at = null; // the chosen cell
  var from = null; // the other corner of the range
  var edited = null; // the cell that is typed into, and what it held
  var unsaved = {}; // name → { base, text } that the server has not answered for
  var sending = null;
  var lastPick = null;
  var lines = null;
  var warned = 0; // how many unsaved cells were pointed at when somebody was about to leave
  var kept = null; // where one stood before the sheet was drawn anew

  function find(id) { return document.getElementById(id); }
  function list(root, selector) { return Array.prototype.slice.call(root.querySelectorAll(selector)); }
  function form() { return find("grid-form"); }
  function live() { return form() && form().hasAttribute("data-live"); }
  function control(cell) { return cell && cell.querySelector("input[name]:not([type=checkbox]), select[name], textarea[name]"); }
  function rows() { // asked for with every step: nine hundred of them are looked up once
    if (!lines) { lines = list(document, "#grid-table tbody tr"); }
    return lines;
  }
  function text(input) { return input.value; }
  function isText(input) { return input.tagName !== "SELECT"; }

  // A cell by its place; a merged one lies over every row of its column.
  function cellAt(row, column) {
    var all = rows();
    if (row < 0 || row >= all.length) { return null; }
    return all[row].querySelector('[data-c="' + column + '"]') || document.querySelector('#grid-table .all[data-c="' + column + '"]');
  }
  function placeOf(cell) {
    var row = cell.closest("tr");
    return { row: cell.classList.contains("all") && at && at.column === Number(cell.dataset.c) ? at.row : rows().indexOf(row), column: Number(cell.dataset.c) };
  }
  function width() { return list(document, "#grid-table thead th[id]").length; }

  function corners() {
    var other = from || at;
    return { top: Math.min(at.row, other.row), bottom: Math.max(at.row, other.row), left: Math.min(at.column, other.column), right: Math.max(at.column, other.column) };
  }

  function mark() {
    list(document, "#grid-table .chosen, #grid-table .at").forEach(function (cell) { cell.classList.remove("chosen", "at"); });
    if (!at) { return; }
    var box = corners();
    if (from) {
      for (var row = box.top; row <= box.bottom; row += 1) {
        for (var column = box.left; column <= box.right; column += 1) {
          var one = cellAt(row, column);
          if (one) { one.classList.add("chosen"); }
        }
      }
    }
    var cell = cellAt(at.row, at.column);
    if (cell) { cell.classList.add("at"); }
  }

  // Chooses a cell. With `extend` the range grows from where it began. A mouse scrolls nothing: what was pointed at stays under it.
  function choose(row, column, extend, still) {
    row = Math.max(0, Math.min(row, rows().length - 1));
    column = Math.max(0, Math.min(column, width() - 1));
    var cell = cellAt(row, column);
    if (!cell) { return; }
    from = extend ? from || at : null;
    at = { row: row, column: column };
    list(document, '#grid-table [data-c][tabindex="0"]').forEach(function (other) { other.tabIndex = -1; });
    cell.tabIndex = 0;
    cell.focus({ preventScroll: true });
    if (!still) { reveal(row, cell); }
    mark();
    sayHere(cell);
  }

  // Into sight, past the head and the names that stay.
  function reveal(row, cell) {
    var window_ = document.querySelector(".grid-scroll");
    var line = rows()[row];
    var head = window_.querySelector("thead").offsetHeight;
    var names = Number(cell.dataset.c) ? line.querySelector(".grid-name").offsetWidth : 0;
    if (line.offsetTop - head < window_.scrollTop) { window_.scrollTop = line.offsetTop - head; }
    if (line.offsetTop + line.offsetHeight > window_.scrollTop + window_.clientHeight) { window_.scrollTop = line.offsetTop + line.offsetHeight - window_.clientHeight; }
    if (names && cell.offsetLeft - names < window_.scrollLeft) { window_.scrollLeft = cell.offsetLeft - names; }
    if (names && cell.offsetLeft + cell.offsetWidth > window_.scrollLeft + window_.clientWidth) { window_.scrollLeft = cell.offsetLeft + cell.offsetWidth - window_.clientWidth; }
    var box = cell.getBoundingClientRect();
    if (!cell.classList.contains("all") && (box.bottom > window.innerHeight || box.top < 0)) { cell.scrollIntoView({ block: "nearest" }); }
  }

  // What is said of the chosen cell stands out in the list beneath.
  function sayHere(cell) {
    var input = control(cell);
    list(document, "#grid-said .said-here").forEach(function (item) { item.classList.remove("said-here"); });
    var item = input && document.querySelector('#grid-said li[data-cell="' + CSS.escape(input.name) + '"]');
    if (!item) { return; }
    item.classList.add("said-here");
    item = item.closest(".said-pile") || item;
    item.classList.add("said-here");
    item.parentElement.scrollTop = item.offsetTop - item.parentElement.offsetTop;
  }

  function edit(first) {
    var cell = at && cellAt(at.row, at.column);
    var input = control(cell);
    if (!input || input.disabled) { return; }
    edited = { cell: cell, name: input.name, text: text(input), byKey: false };
    reveal(at.row, cell);
    cell.classList.add("editing");
    input.focus({ preventScroll: true });
    if (!isText(input)) { if (first === undefined && input.showPicker) { try { input.showPicker(); } catch (refused) { /* only after a key or a click of one's own */ } } return; }
    if (first !== undefined) { input.value = first; }
    input.setSelectionRange(input.value.length, input.value.length);
  }

  function leave(keep) {
    if (!edited) { return; }
    var was = edited;
    var input = control(was.cell);
    edited = null;
    was.cell.classList.remove("editing");
    if (!keep && input) { input.value = was.text; }
    if (keep && input && text(input) !== was.text) { remember(input, was.text); save(); }
  }

  function remember(input, base) {
    var held = unsaved[input.name];
    unsaved[input.name] = { base: held ? held.base : base, text: text(input) };
    input.closest("[data-c]").dataset.unsaved = "";
  }

  function token() {
    var found = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie);
    return found ? found[1] : form().querySelector("[name=csrfmiddlewaretoken]").value;
  }

  // What is unsaved goes along, but not to what pastes: that reads no cells.
  function values(more, alone) {
    var given = { csrfmiddlewaretoken: token(), shape: form().querySelector("[name=shape]").value };
    var base = {};
    Object.keys(alone ? {} : unsaved).forEach(function (name) { given[name] = unsaved[name].text; base[name] = unsaved[name].base; });
    given.base = JSON.stringify(base);
    Object.keys(more || {}).forEach(function (name) { given[name] = more[name]; });
    return given;
  }

  function say(word) {
    var mark_ = find("savedat");
    if (!mark_) { return; }
    mark_.classList.toggle("saving", word === "saving");
    mark_.classList.toggle("lost", word === "lost");
    if (word === "lost") { mark_.textContent = "not saved: no answer. Kept here; saved with your next cell."; }
  }

  // One request at a time: what is typed meanwhile goes with the next one.
  function save(more, address) {
    if (!live()) { return Promise.resolve(); }
    if (sending) { return sending.then(function () { return save(more, address); }); }
    if (!more && !Object.keys(unsaved).length) { return Promise.resolve(); }
    var sent = address ? {} : JSON.parse(JSON.stringify(unsaved));
    say("saving");
    keep();
    function done() { sending = null; }
    saver().sent = sent;
    sending = window.htmx.ajax("POST", address || form().dataset.here, { source: find("grid-saver"), swap: "none", values: values(more, Boolean(address)) }).then(done, done);
    return sending;
  }

  function saver() {
    var holder = find("grid-saver");
    if (!holder) {
      holder = document.createElement("span");
      holder.id = "grid-saver";
      holder.hidden = true;
      document.querySelector("main").appendChild(holder);
    }
    return holder;
  }

  function tell(words) {
    var note = document.createElement("div");
    note.className = "note note-error";
    note.textContent = words;
    find("trouble").replaceChildren(note);
  }

  function sayTrouble(status) {
    tell((status === 404 ? "This is gone: somebody removed it." : "You are logged out, or your role has changed.") + " Nothing is saved now; what you typed is still here. Copy what you need, then reload.");
    say("lost");
  }

  // What came through is no longer unsaved; what clashed stays so until somebody has chosen.
  function settle(status, sent) {
    say(status && status < 500 ? "" : "lost");
    if (!status || status >= 500) { return; }
    if (status === 401 || status === 403 || status === 404) { sayTrouble(status); return; }
    var clashes = status === 409 || status === 422;
    Object.keys(sent || {}).forEach(function (name) {
      var held = unsaved[name];
      var input = document.querySelector('#grid-table [name="' + name + '"]');
      var cell = input && input.closest("[data-c]");
      var clash = clashes && find("trouble").querySelector('[value="keep:' + name + '"]');
      if (cell) { if (clash) { cell.dataset.clash = ""; } else { delete cell.dataset.clash; } }
      if (clash || status === 422 || !held) { return; }
      if (held.text !== sent[name].text) { held.base = sent[name].text; return; }
      delete unsaved[name];
      if (cell) { delete cell.dataset.unsaved; }
    });
    applyTexts();
    applyDots();
    announce("grid:answered", { status: status });
  }

  // Beside this file others act on the sheet: they hear of answers, and ask for what is sent or gone to.
  function announce(name, detail) { document.dispatchEvent(new CustomEvent(name, { detail: detail })); }
  document.addEventListener("grid:send", function (event) {
    leave(true);
    save().then(function () { save(event.detail.values, event.detail.address); });
  });
  document.addEventListener("grid:goto", function (event) { goTo(event.detail); });
  document.addEventListener("grid:count", count);

  function goTo(name) {
    var input = document.querySelector('#grid-table [name="' + CSS.escape(name) + '"]');
    if (!input || !live()) { return false; }
    var spot = placeOf(input.closest("[data-c]"));
    choose(Math.max(spot.row, 0), spot.column);
    return true;
  }

  function applyTexts() {
    var holder = find("grid-state");
    var texts = holder ? JSON.parse(holder.dataset.texts) : {};
    Object.keys(texts).forEach(function (name) {
      var input = document.querySelector('#grid-table [name="' + name + '"]');
      if (!input || unsaved[name] || (edited && edited.name === name) || input.value === texts[name]) { return; }
      if (!isText(input) && !list(input, "option").some(function (option) { return option.value === texts[name]; })) { input.add(new Option(texts[name] + " (as typed)", texts[name])); }
      input.value = texts[name];
    });
  }

  // The dots follow the list beneath the sheet.
  function applyDots() {
    list(document, "#grid-table .cell-dot").forEach(function (dot) {
      var cell = dot.closest("[data-c]");
      cell.className = cell.className.replace(/\bsays-\w+/g, "").trim();
      dot.remove();
    });
    list(document, "#grid-table [aria-invalid]").forEach(function (input) { input.removeAttribute("aria-invalid"); });
    list(document, "#grid-said li[data-cell]").forEach(function (item) {
      var input = document.querySelector('#grid-table [name="' + item.dataset.cell + '"]');
      var cell = input && input.closest("[data-c]");
      if (!cell || item.dataset.says === "advice") { return; }
      var said = item.querySelector("[data-message]").textContent;
      var dot = cell.querySelector(".cell-dot");
      if (dot) { dot.title += " " + said; return; }
      dot = document.createElement("a");
      dot.className = "cell-dot dot dot-" + item.dataset.says;
      dot.href = item.id ? "#" + item.id : "#grid-said";
      dot.title = said;
      dot.tabIndex = -1;
      var word = document.createElement("span");
      word.className = "visually-hidden";
      word.textContent = item.dataset.word;
      dot.appendChild(word);
      cell.classList.add("says-" + item.dataset.says);
      input.parentElement.insertBefore(dot, input);
      if (item.dataset.says === "refuse") { input.setAttribute("aria-invalid", "true"); }
    });
  }

  function keep() {
    if (!at) { kept = { picks: picks() }; return; }
    var cell = cellAt(at.row, at.column);
    var input = control(cell);
    var window_ = document.querySelector(".grid-scroll");
    kept = { at: at, from: from, picks: picks(), name: input && input.name, left: window_.scrollLeft, top: window_.scrollTop, focused: document.activeElement && Boolean(document.activeElement.closest("#grid")) };
  }

  // The sheet was drawn anew: what was typed into it goes on where it was.
  function restore() {
    var going = edited && { name: edited.name, base: edited.text, text: saver().typing };
    edited = null;
    prepare();
    Object.keys(unsaved).forEach(function (name) {
      var input = document.querySelector('#grid-table [name="' + name + '"]');
      if (input) { input.value = unsaved[name].text; input.closest("[data-c]").dataset.unsaved = ""; }
    });
    if (!kept || !rows().length) { return; }
    list(document, "[name=pick]").forEach(function (box) { box.checked = kept.picks.indexOf(box.value) >= 0; });
    count();
    if (!kept.at) { return; }
    var window_ = document.querySelector(".grid-scroll");
    window_.scrollLeft = kept.left;
    window_.scrollTop = kept.top;
    from = kept.from;
    var place = kept.at;
    var named = kept.name && document.querySelector('#grid-table [name="' + kept.name + '"]');
    if (named && !named.closest(".all")) { place = { row: rows().indexOf(named.closest("tr")), column: Number(named.closest("[data-c]").dataset.c) }; }
    if (kept.focused) { choose(place.row, place.column, Boolean(from)); }
    if (going) {
      var input = document.querySelector('#grid-table [name="' + going.name + '"]');
      if (input) { edit(); input.value = going.text; edited.text = going.base; }
    }
  }

  function copyRange() {
    var box = corners();
    var lines = [];
    for (var row = box.top; row <= box.bottom; row += 1) {
      var cells = [];
      for (var column = box.left; column <= box.right; column += 1) {
        var input = control(cellAt(row, column));
        var word = input ? text(input) : "";
        cells.push(/[\t\n]|^"/.test(word) ? '"' + word.replace(/"/g, '""') + '"' : word);
      }
      lines.push(cells.join("\t"));
    }
    return lines.join("\n");
  }

  function paste(words) {
    var box = corners();
    var cell = cellAt(box.top, box.left);
    var input = control(cell);
    var address = form().dataset.paste;
    if (!input) { return; }
    if (!address) { // only some rows are seen: one value goes into what was chosen, rows would go into what is not seen
      if (!/[\t\n]/.test(words.trim())) { setRange(function () { return words.trim(); }); } else { tell("Rows can be pasted when all rows are shown."); }
      return;
    }
    var heads = list(document, "#grid-table thead th[id]").map(function (head) { return head.dataset.path; });
    var alone = cell.classList.contains("all") && box.bottom === box.top;
    var more = {
      act: "cells", level: find("grid").dataset.level, query: location.search.slice(1), text: words, col: heads,
      column: heads[box.left], start: alone ? "all" : rows()[box.top].dataset.row,
      rows: box.bottom - box.top + 1, width: box.right - box.left + 1
    };
    save().then(function () { save(more, address); });
  }

  function setRange(write) {
    var box = corners();
    for (var row = box.top; row <= box.bottom; row += 1) {
      for (var column = box.left; column <= box.right; column += 1) {
        var input = control(cellAt(row, column));
        var word = input && write(row, column);
        if (!input || input.disabled || word === undefined || text(input) === word) { continue; }
        var base = text(input);
        input.value = word;
        if (text(input) === word) { remember(input, base); } else { input.value = base; }
      }
    }
    save();
  }

  function moveRow(by) {
    var line = rows()[at.row];
    var bar = find("grid-bulk");
    var button = bar && bar.querySelector('[name=act][value="' + by + '"]');
    if (!button) { return; }
    list(document, "[name=pick]").forEach(function (box) { box.checked = box.value === line.dataset.row; });
    go(function () { sessionStorage.setItem("grid-row", line.dataset.row + ":" + at.column); bar.requestSubmit(button); });
  }

  function go(act) {
    leave(true);
    if (!Object.keys(unsaved).length && !sending) { act(); return; }
    var done = false;
    function once(late) {
      if (done) { return; }
      done = true;
      // what clashed, or was refused, is said first; who leaves again means it
      if (!late && warned < Object.keys(unsaved).length) { warned = Object.keys(unsaved).length; find("trouble").scrollIntoView({ block: "nearest" }); return; }
      act();
    }
    save().then(function () { once(false); });
    setTimeout(function () { once(true); }, PATIENCE);
  }

  var STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  function walk(event) {
    var step = STEPS[event.key];
    if (step) {
      event.preventDefault();
      if (event.altKey && event.shiftKey) { if (step[0]) { moveRow(step[0] < 0 ? "up" : "down"); } return; }
      var far = event.ctrlKey || event.metaKey ? 10000 : 1;
      choose(at.row + step[0] * far, at.column + step[1] * far, event.shiftKey);
      return;
    }
    if (event.key === "Tab") {
      var next = at.column + (event.shiftKey ? -1 : 1);
      if (next < 0 || next >= width()) { return; } // on to what follows the sheet
      event.preventDefault();
      choose(at.row, next);
      return;
    }
    if (event.ctrlKey || event.metaKey) { command(event); return; }
    if (event.altKey) { return; }
    if (event.isComposing || event.key === "Process") { edit(""); return; } // an input method begins in the cell
    switch (event.key) {
    case "Enter": case "F2": event.preventDefault(); edit(); return;
    case "Home": event.preventDefault(); choose(at.row, 0, event.shiftKey); return;
    case "End": event.preventDefault(); choose(at.row, width() - 1, event.shiftKey); return;
    case "PageDown": case "PageUp": event.preventDefault(); choose(at.row + (event.key === "PageUp" ? -12 : 12), at.column, event.shiftKey); return;
    case "Delete": case "Backspace": event.preventDefault(); setRange(function () { return ""; }); return;
    case "Escape": from = null; mark(); return;
    case " ":
      event.preventDefault();
      pick(rows()[at.row].querySelector("[name=pick]"), event.shiftKey);
      return;
    }
    if (event.key.length === 1) { event.preventDefault(); event.stopPropagation(); edit(event.key); }
  }

  function command(event) {
    var key = event.key.toLowerCase();
    if (key === "enter") { event.preventDefault(); rows()[at.row].querySelector(".grid-number").click(); }
    if (key === "d") {
      event.preventDefault();
      var box = corners();
      setRange(function (row, column) { var first = control(cellAt(box.top, column)); return row > box.top && first ? text(first) : undefined; });
    }
    if (key === "a") { event.preventDefault(); at = { row: 0, column: 0 }; from = null; choose(rows().length - 1, width() - 1, true); }
  }

  function pick(box, extend) {
    if (!box) { return; }
    var boxes = list(document, "[name=pick]");
    var on = !box.checked;
    var start = extend && lastPick ? boxes.indexOf(lastPick) : boxes.indexOf(box);
    var end = boxes.indexOf(box);
    boxes.slice(Math.min(start, end), Math.max(start, end) + 1).forEach(function (one) { one.checked = on; });
    lastPick = box;
    count();
  }

  function picks() { return list(document, "[name=pick]:checked").map(function (box) { return box.value; }); }

  function count() {
    var words = document.querySelector("[data-pick-count]");
    var chosen = picks().length;
    if (words) { words.textContent = chosen + " chosen"; }
    var all = document.querySelector("[data-pick-all]");
    if (all) { all.checked = chosen > 0 && chosen === rows().length; all.indeterminate = chosen > 0 && !all.checked; }
  }

  document.addEventListener("keydown", function (event) {
    if (!live() || event.defaultPrevented || !at || !event.target.closest("#grid-table")) { return; }
    if (event.target.closest("[name=pick], a")) { return; }
    if (!edited) { walk(event); return; }
    if (event.isComposing) { return; }
    edited.byKey = true;
    var long = event.target.tagName === "TEXTAREA";
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); leave(false); choose(at.row, at.column); }
    else if (event.key === "Enter" && !(long && (event.altKey || event.shiftKey))) { event.preventDefault(); leave(true); choose(at.row + (event.shiftKey ? -1 : 1), at.column); }
    else if (event.key === "Tab") { event.preventDefault(); leave(true); choose(at.row, at.column + (event.shiftKey ? -1 : 1)); }
  }, true);
  document.addEventListener("keyup", function (event) { // the list of a select was open, and took the key
    if (event.key === "Escape" && edited && event.target.tagName === "SELECT" && edited.cell.contains(event.target)) { leave(false); choose(at.row, at.column); }
  });

  document.addEventListener("mousedown", function (event) {
    if (!live() || event.button || !event.target.closest("#grid-table")) { return; }
    if (event.target.closest("[name=pick], a")) { return; }
    if (edited && edited.cell.contains(event.target)) { edited.byKey = false; }
    var cell = event.target.closest("[data-c]");
    if (!cell || (edited && edited.cell === cell)) { return; }
    event.preventDefault();
    leave(true);
    var place = placeOf(cell);
    choose(place.row, place.column, event.shiftKey, true);
  });
  document.addEventListener("dblclick", function (event) {
    if (live() && event.target.closest("#grid-table [data-c]") && !edited && !event.target.closest("[name=pick], a")) { edit(); }
  });
  document.addEventListener("mouseover", function (event) {
    if (!live() || event.buttons !== 1 || edited || !at) { return; }
    var cell = event.target.closest("#grid-table [data-c]");
    if (!cell || cell === cellAt(at.row, at.column)) { return; }
    var place = placeOf(cell);
    choose(place.row, place.column, true);
  });
  document.addEventListener("focusout", function (event) {
    if (edited && edited.cell.contains(event.target) && event.relatedTarget && !edited.cell.contains(event.relatedTarget)) { leave(true); }
  });
  document.addEventListener("input", function (event) { if (edited && edited.cell.contains(event.target)) { saver().typing = event.target.value; } });
  document.addEventListener("change", function (event) {
    // walked by keys a select is not chosen yet: Enter, Tab or leaving chooses, Escape takes it back
    if (edited && !edited.byKey && event.target.tagName === "SELECT" && edited.cell.contains(event.target)) { leave(true); choose(at.row, at.column); }
  });

  document.addEventListener("copy", function (event) {
    if (!live() || !at || edited || !event.target.closest || !event.target.closest("#grid-table")) { return; }
    event.clipboardData.setData("text/plain", copyRange());
    event.preventDefault();
  });
  document.addEventListener("paste", function (event) {
    if (!live() || !at || edited || !document.activeElement.closest("#grid-table")) { return; }
    event.preventDefault();
    paste(event.clipboardData.getData("text/plain"));
  });

  document.addEventListener("click", function (event) {
    var box = event.target.closest("[name=pick]");
    if (box) { if (event.shiftKey) { box.checked = !box.checked; pick(box, true); } lastPick = box; count(); return; }
    if (event.target.closest("[data-pick-all]")) {
      var on = event.target.checked;
      list(document, "[name=pick]").forEach(function (one) { one.checked = on; });
      count();
      return;
    }
    var place = event.target.closest("[data-goto]");
    var first = event.target.closest("#planline a.tone-bad") && document.querySelector("#grid-said [data-says=refuse][data-cell]");
    var spot = place ? place.dataset.goto : first && first.dataset.cell;
    if (spot && goTo(spot)) { event.preventDefault(); return; }
    var act = event.target.closest("button[name=action]");
    if (act && live()) {
      event.preventDefault();
      leave(true);
      save({ action: act.value });
      return;
    }
    var link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) { return; }
    if (link.getAttribute("href").charAt(0) !== "#" && !link.target && (Object.keys(unsaved).length || edited)) {
      event.preventDefault();
      go(function () { location.assign(link.href); });
    }
  });
  document.addEventListener("submit", function (event) {
    if (!live() || event.target.id === "grid-form" || (!Object.keys(unsaved).length && !edited)) { return; }
    event.preventDefault();
    var sent = event.target;
    var button = event.submitter;
    go(function () { unsaved = {}; sent.requestSubmit(button); });
  });
  document.addEventListener("reset", function () { setTimeout(count); });
  window.addEventListener("pagehide", function () {
    if (!live()) { return; }
    leave(true);
    if (!Object.keys(unsaved).length) { return; }
    var data = new FormData();
    var given = values();
    Object.keys(given).forEach(function (name) { data.append(name, given[name]); });
    navigator.sendBeacon(form().dataset.here, data);
  });

  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.target.id !== "grid-saver" && event.detail.elt.id !== "grid-saver") { return; }
    settle((event.detail.xhr && event.detail.xhr.status) || 0, saver().sent);
  });
  document.addEventListener("htmx:oobAfterSwap", function (event) {
    if (event.target.id === "grid") { restore(); }
    if (event.target.id === "trouble" && event.target.querySelector(".conflict")) { event.target.scrollIntoView({ block: "nearest" }); }
  });

  function prepare() {
    lines = null;
    saver();
    if (!live()) { return; }
    find("grid-table").setAttribute("role", "grid");
    find("grid-table").classList.add("grid-live");
    document.querySelector(".grid-scroll").removeAttribute("tabindex");
    list(document, "#grid-table [data-c]").forEach(function (cell) { cell.tabIndex = -1; var input = control(cell); if (input) { input.tabIndex = -1; } });
    list(document, "#grid-table .cell-dot, #grid-table .grid-number, #grid-table .grid-group a, #grid-table [name=pick]").forEach(function (item) { item.tabIndex = -1; });
    var first = cellAt(0, 0);
    if (first) { first.tabIndex = 0; }
    count();
  }

  document.addEventListener("focusin", function (event) {
    if (!live() || edited) { return; }
    var cell = event.target.closest && event.target.closest("#grid-table [data-c]");
    if (cell && event.target === cell && (!at || cellAt(at.row, at.column) !== cell)) { var place = placeOf(cell); at = place; from = null; mark(); }
  });

  function start() {
    document.documentElement.classList.add("js");
    prepare();
    var word = (sessionStorage.getItem("grid-row") || "").split(":");
    sessionStorage.removeItem("grid-row");
    var line = word[0] && document.querySelector('#grid-table tr[data-row="' + word[0] + '"]');
    if (line && live()) { choose(rows().indexOf(line), Number(word[1])); }
  }
  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", start); } else { start(); }
})();
