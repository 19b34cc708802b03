// Searching in what an account may choose from: what is picked becomes a chip, and chips are the form's own ticked boxes.
(function () {
  "use strict";

  function Picker(root) {
    this.root = root;
    this.chips = root.querySelector("[data-chips]");
    this.search = root.querySelector("[data-picker-find] input");
    this.found = root.querySelector("[data-picker-found]");
    this.stale = false; // typed since the list was drawn
    this.hasty = false; // Enter was pressed before the list came
    root.querySelector("[data-picker-find]").hidden = false;
    this.listen();
  }

  Picker.prototype.listen = function () {
    var picker = this;
    // The search is no field: the form must not take its keys for typing.
    ["input", "change"].forEach(function (kind) {
      picker.search.addEventListener(kind, function (event) { event.stopPropagation(); });
    });
    this.search.addEventListener("input", function () { picker.stale = true; picker.point(null); });
    this.search.addEventListener("keydown", function (event) { picker.press(event); });
    this.found.addEventListener("mousedown", function (event) { event.preventDefault(); }); // the search keeps the focus
    this.found.addEventListener("click", function (event) {
      var offer = event.target.closest("[role=option]");
      if (offer) { picker.take(offer); }
    });
    this.chips.addEventListener("change", function (event) {
      var chip = event.target.closest(".chip");
      if (!event.target.checked && chip) { setTimeout(function () { picker.drop(chip); }, 0); } // once the form has heard of it
    });
    this.root.addEventListener("focusout", function (event) {
      if (!picker.root.contains(event.relatedTarget)) { picker.close(); }
    });
  };

  Picker.prototype.offers = function () { return Array.prototype.slice.call(this.found.querySelectorAll("[role=option]")); };
  Picker.prototype.box = function (value) {
    return Array.prototype.filter.call(this.chips.querySelectorAll("input"), function (input) { return input.value === value; })[0];
  };

  Picker.prototype.open = function () {
    if (document.activeElement !== this.search) { return; }
    this.found.hidden = false;
    this.search.setAttribute("aria-expanded", "true");
    this.point(null);
    this.stale = false;
    this.offers().forEach(function (offer) { offer.setAttribute("aria-selected", this.box(offer.dataset.value) ? "true" : "false"); }, this);
    if (this.hasty) { this.hasty = false; if (this.offers()[0]) { this.take(this.offers()[0]); } }
  };

  Picker.prototype.close = function () {
    this.hasty = false;
    this.found.hidden = true;
    this.search.setAttribute("aria-expanded", "false");
    this.point(null);
  };

  Picker.prototype.point = function (offer) {
    this.offers().forEach(function (other) { other.classList.toggle("offer-here", other === offer); });
    if (offer) { this.search.setAttribute("aria-activedescendant", offer.id); offer.scrollIntoView({ block: "nearest" }); }
    else { this.search.removeAttribute("aria-activedescendant"); }
  };

  Picker.prototype.press = function (event) {
    var offers = this.offers();
    var here = offers.filter(function (offer) { return offer.classList.contains("offer-here"); })[0];
    if (event.key === "Enter") {
      event.preventDefault();
      if (this.stale) { this.hasty = true; return; } // what was typed is still being looked for
      if (!this.found.hidden && (here || offers[0])) { this.take(here || offers[0]); }
      return;
    }
    if (event.key === "Escape" && !this.found.hidden) { event.preventDefault(); this.close(); return; }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") { return; }
    event.preventDefault();
    if (this.stale) { return; }
    if (this.found.hidden) { window.htmx.trigger(this.search, "look"); return; }
    var next = offers.indexOf(here) + (event.key === "ArrowDown" ? 1 : -1);
    this.point(offers[Math.max(0, Math.min(offers.length - 1, next))] || null);
  };

  // An offer that is chosen already goes; one with an objection stays what it is.
  Picker.prototype.take = function (offer) {
    var box = this.box(offer.dataset.value);
    if (box) { box.checked = false; box.dispatchEvent(new Event("change", { bubbles: true })); offer.setAttribute("aria-selected", "false"); return; }
    if (offer.getAttribute("aria-disabled") === "true") { return; }
    var chip = this.root.querySelector("template[data-chip]").content.cloneNode(true).firstElementChild;
    var input = chip.querySelector("input");
    input.value = offer.dataset.value;
    input.checked = true;
    chip.title = "id " + offer.dataset.value;
    chip.querySelector("[data-chip-name]").textContent = offer.dataset.name;
    if ("typed" in offer.dataset) { chip.classList.add("chip-unknown"); }
    this.chips.appendChild(chip);
    input.dispatchEvent(new Event("change", { bubbles: true }));
    offer.setAttribute("aria-selected", "true");
    this.search.select();
  };

  Picker.prototype.drop = function (chip) {
    var held = chip.contains(document.activeElement);
    chip.remove();
    if (held) { this.search.focus(); }
  };

  function start() {
    Array.prototype.forEach.call(document.querySelectorAll("[data-picker]"), function (root) {
      if (!root.picker) { root.picker = new Picker(root); }
    });
  }
  document.addEventListener("htmx:afterSwap", function (event) {
    var root = event.target.closest && event.target.closest("[data-picker]");
    if (!root || !root.picker || event.target !== root.picker.found) { return; }
    var asked = new URLSearchParams(event.detail.pathInfo.finalRequestPath.split("?")[1]).get("q") || "";
    if (asked === root.picker.search.value) { root.picker.open(); } // an answer to older letters is not looked at
  });
  document.addEventListener("htmx:afterSettle", start);
  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", start); } else { start(); }
})();
