// The hours of a week as a grid to paint, over the text input that holds them. Without it the times and the text stay.
(function () {
  "use strict";
  var DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
  var SLOTS = 48; // half hours of a day
  var HEADS = 4; // hours under one column head

  function say(slot) { return ("0" + Math.floor(slot / 2)).slice(-2) + (slot % 2 ? ":30" : ":00"); }
  function isWeek(text) { return /^[01]{336}$/.test(text); }
  function make(tag, className, text) {
    var element = document.createElement(tag);
    if (className) { element.className = className; }
    if (text) { element.textContent = text; }
    return element;
  }

  function Week(root) {
    this.root = root;
    this.text = root.querySelector("[data-week-text]");
    this.drawn = root.querySelector("[data-week-drawn]");
    this.times = root.querySelectorAll(".week-times input");
    this.cells = [];
    this.at = [0, 0]; // day and column; column 0 is the day's own head
    this.anchor = null;
    this.stroke = null;
    this.build(root.querySelector("[data-week-paint]"));
    this.show();
  }

  Week.prototype.build = function (paint) {
    var table = make("table", "week-grid");
    var label = this.text.getAttribute("aria-labelledby");
    table.setAttribute("role", "grid");
    table.setAttribute("aria-multiselectable", "true");
    table.setAttribute("aria-labelledby", label);
    if (this.text.matches(":disabled")) { table.setAttribute("aria-readonly", "true"); }
    var head = table.createTHead().insertRow();
    head.appendChild(make("td"));
    for (var hour = 0; hour < 24; hour += HEADS) {
      var column = make("th", "", say(hour * 2));
      column.scope = "col";
      column.colSpan = HEADS * 2;
      head.appendChild(column);
    }
    var body = table.createTBody();
    DAYS.forEach(function (name, day) {
      var row = body.insertRow();
      var first = make("th", "week-day", name.slice(0, 3));
      first.scope = "row";
      first.setAttribute("aria-label", name + ", whole day");
      row.appendChild(first);
      this.cells.push([first]);
      for (var slot = 0; slot < SLOTS; slot += 1) {
        var cell = row.insertCell();
        cell.setAttribute("role", "gridcell");
        cell.setAttribute("aria-label", name + " " + say(slot));
        if (slot % 2 === 0) { cell.className = "week-hour"; }
        this.cells[day].push(cell);
      }
      this.cells[day].forEach(function (cell, column) { cell.tabIndex = -1; cell.weekAt = [day, column]; });
    }, this);
    this.cells[0][1].tabIndex = 0;
    this.at = [0, 1];
    paint.replaceChildren(table, make("p", "week-keys field-hint", "Paint with the mouse or a finger. Keys: arrows move, Shift with arrows takes a range, Space switches it."));
    paint.hidden = false;
    this.listen(table);
  };

  Week.prototype.listen = function (table) {
    var week = this;
    table.addEventListener("keydown", function (event) { week.press(event); });
    table.addEventListener("focusin", function (event) {
      var at = event.target.weekAt;
      if (at) { week.cells[week.at[0]][week.at[1]].tabIndex = -1; week.at = at; event.target.tabIndex = 0; }
    });
    table.addEventListener("pointerdown", function (event) {
      var at = event.target.weekAt;
      if (!at || event.button || week.text.matches(":disabled")) { return; }
      event.preventDefault();
      event.target.focus({ preventScroll: true });
      week.anchor = at;
      week.stroke = at[1] ? { on: !week.isOn(at[0], at[1] - 1) } : null;
      if (!at[1]) { week.flip(at, at); return; }
      table.setPointerCapture(event.pointerId);
      week.mark(at, at);
    });
    table.addEventListener("pointermove", function (event) {
      if (!week.stroke) { return; }
      var over = document.elementFromPoint(event.clientX, event.clientY);
      if (over && over.weekAt && over.weekAt[1] && table.contains(over)) { week.stroke.to = over.weekAt; week.mark(week.anchor, over.weekAt); }
    });
    table.addEventListener("pointerup", function () {
      if (week.stroke) { week.fill(week.anchor, week.stroke.to || week.anchor, week.stroke.on); }
      week.drop();
    });
    table.addEventListener("pointercancel", function () { week.drop(); });
    this.text.addEventListener("input", function () { week.drawn.value = week.text.value; week.show(); });
    Array.prototype.forEach.call(this.times, function (input) {
      input.addEventListener("change", function () { week.readTimes(); });
    });
    this.root.addEventListener("click", function (event) {
      var preset = event.target.closest("[data-week-preset]");
      if (preset) { event.preventDefault(); week.write(preset.dataset.weekPreset); }
    });
  };

  Week.prototype.drop = function () { this.stroke = null; this.mark(null); };
  Week.prototype.slots = function () { return isWeek(this.text.value) ? this.text.value : new Array(7 * SLOTS + 1).join("1"); };
  Week.prototype.isOn = function (day, slot) { return this.slots().charAt(day * SLOTS + slot) === "1"; };

  // The text holds what counts; the form saves it as if it were typed.
  Week.prototype.write = function (slots) {
    this.text.value = slots.indexOf("0") < 0 ? "" : slots;
    this.text.dispatchEvent(new Event("input", { bubbles: true }));
  };

  Week.prototype.show = function () {
    var slots = this.slots();
    this.cells.forEach(function (row, day) {
      for (var slot = 0; slot < SLOTS; slot += 1) {
        row[slot + 1].setAttribute("aria-selected", slots.charAt(day * SLOTS + slot) === "1" ? "true" : "false");
      }
    });
    this.showTimes(slots);
  };

  Week.prototype.showTimes = function (slots) {
    for (var day = 0; day < DAYS.length; day += 1) {
      var own = slots.slice(day * SLOTS, (day + 1) * SLOTS);
      var first = own.indexOf("1");
      this.times[day * 2].value = first < 0 ? "" : say(first);
      this.times[day * 2 + 1].value = first < 0 ? "" : say((own.lastIndexOf("1") + 1) % SLOTS);
    }
  };

  // Times are read by the server, as without script; its answer brings the words, this the picture.
  Week.prototype.readTimes = function () {
    var slots = this.slots().split("");
    var later = [];
    var shown = this.slots();
    for (var day = 0; day < DAYS.length; day += 1) {
      var from = this.times[day * 2].value;
      var to = this.times[day * 2 + 1].value;
      var own = shown.slice(day * SLOTS, (day + 1) * SLOTS);
      var first = own.indexOf("1");
      if (from === (first < 0 ? "" : say(first)) && to === (first < 0 ? "" : say((own.lastIndexOf("1") + 1) % SLOTS))) { continue; }
      if (Boolean(from) !== Boolean(to)) { return; } // the other half is still to come
      for (var slot = 0; slot < SLOTS; slot += 1) { slots[day * SLOTS + slot] = "0"; }
      if (!from) { continue; }
      var start = this.toSlot(from, Math.floor);
      var end = this.toSlot(to, Math.ceil);
      if (end <= start) { later.push([(day + 1) % DAYS.length, end]); end = SLOTS; }
      for (slot = start; slot < end; slot += 1) { slots[day * SLOTS + slot] = "1"; }
    }
    later.forEach(function (rest) { for (var slot = 0; slot < rest[1]; slot += 1) { slots[rest[0] * SLOTS + slot] = "1"; } });
    this.write(slots.join(""));
  };
  Week.prototype.toSlot = function (text, round) {
    var parts = text.split(":");
    return round((Number(parts[0]) * 60 + Number(parts[1])) / 30);
  };

  Week.prototype.range = function (one, other) {
    return {
      top: Math.min(one[0], other[0]), bottom: Math.max(one[0], other[0]),
      left: Math.min(one[1], other[1]), right: Math.max(one[1], other[1])
    };
  };

  Week.prototype.mark = function (one, other) {
    var box = one ? this.range(one, other || one) : null;
    this.cells.forEach(function (row, day) {
      row.forEach(function (cell, column) {
        cell.classList.toggle("week-marked", Boolean(box) && day >= box.top && day <= box.bottom && column >= box.left && column <= box.right);
      });
    });
  };

  Week.prototype.fill = function (one, other, on) {
    var box = this.range(one, other);
    var slots = this.slots().split("");
    for (var day = box.top; day <= box.bottom; day += 1) {
      for (var column = Math.max(1, box.left); column <= (box.left ? box.right : SLOTS); column += 1) { slots[day * SLOTS + column - 1] = on ? "1" : "0"; }
    }
    this.write(slots.join(""));
  };

  // A range goes to the opposite of where it began; a day's head stands for its whole day.
  Week.prototype.flip = function (one, other) {
    var on = one[1] ? this.isOn(one[0], one[1] - 1) : this.slots().slice(one[0] * SLOTS, (one[0] + 1) * SLOTS).indexOf("0") < 0;
    this.fill(one, other, !on);
  };

  Week.prototype.press = function (event) {
    var moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    var move = moves[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      if (!this.text.matches(":disabled")) { this.flip(this.anchor || this.at, this.at); }
      return;
    }
    if (event.key === "Escape" && this.anchor) { this.anchor = null; this.mark(null); return; }
    var to = move ? [this.at[0] + move[0], this.at[1] + move[1]] : event.key === "Home" ? [this.at[0], 1] : event.key === "End" ? [this.at[0], SLOTS] : null;
    if (!to) { return; }
    event.preventDefault();
    to = [Math.max(0, Math.min(DAYS.length - 1, to[0])), Math.max(0, Math.min(SLOTS, to[1]))];
    if (event.shiftKey) { this.anchor = this.anchor || this.at; } else { this.anchor = null; }
    this.cells[to[0]][to[1]].focus();
    this.mark(this.anchor, to);
  };

  function start() {
    Array.prototype.forEach.call(document.querySelectorAll("[data-week]"), function (root) {
      if (!root.weekGrid) { root.weekGrid = new Week(root); }
    });
  }
  document.addEventListener("htmx:afterSettle", start);
  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", start); } else { start(); }
})();
