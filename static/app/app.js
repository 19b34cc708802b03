// Keys, copying, menus, the theme switch, and swaps that do not take a selection away. The pages work without it.
(function () {
  "use strict";
  var COPIED = 1400; // how long the tick stays, in ms
  var PAIR = 900; // how long `g` waits for its second key, in ms
  var waiting = 0;

  function each(root, selector, act) {
    Array.prototype.forEach.call(root.querySelectorAll(selector), act);
  }

  function reveal(root) {
    if (navigator.clipboard) { each(root, "[data-copy][hidden]", function (button) { button.hidden = false; }); }
  }

  function typing(target) {
    return target.closest && target.closest("input, textarea, select, [contenteditable], dialog[open]");
  }

  function openKeys() {
    var dialog = document.getElementById("keys");
    if (dialog && dialog.showModal && !dialog.open) { dialog.showModal(); }
  }

  function openFinder() {
    var dialog = document.getElementById("finder");
    if (!dialog || !dialog.showModal || dialog.open) { return; }
    dialog.showModal();
    var input = document.getElementById("finder-q");
    input.select();
    window.htmx.trigger(input, "find-open");
  }

  // The arrows walk through what was found; Enter in the field opens the first.
  function walkFinder(event) {
    var dialog = event.target.closest("#finder");
    var hits = dialog ? Array.prototype.slice.call(dialog.querySelectorAll("a")) : [];
    if (!hits.length) { return; }
    var at = hits.indexOf(document.activeElement);
    if (event.key === "Enter" && at < 0) { event.preventDefault(); hits[0].click(); return; }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") { return; }
    event.preventDefault();
    var next = at + (event.key === "ArrowDown" ? 1 : -1);
    (next < 0 ? document.getElementById("finder-q") : hits[Math.min(next, hits.length - 1)]).focus();
  }

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-open-finder]")) { openFinder(); }
    var copy = event.target.closest("[data-copy]");
    if (copy) {
      navigator.clipboard.writeText(copy.dataset.copy).then(function () {
        copy.classList.add("copied");
        copy.title = "Copied";
        setTimeout(function () { copy.classList.remove("copied"); copy.title = "Copy"; }, COPIED);
      });
    }
    if (event.target.closest("[data-open-keys]")) { openKeys(); }
    each(document, "details.menu[open]", function (menu) {
      if (!menu.contains(event.target)) { menu.open = false; }
    });
  });

  document.addEventListener("keydown", function (event) {
    if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") { event.preventDefault(); openFinder(); return; }
    walkFinder(event);
    if (event.key === "Escape") {
      each(document, "details.menu[open]", function (menu) { menu.open = false; menu.querySelector("summary").focus(); });
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) { return; }
    var now = Date.now();
    var goal = now - waiting < PAIR && /^[a-z]$/.test(event.key) && document.querySelector('[data-go="' + event.key + '"]');
    if (goal) { waiting = 0; event.preventDefault(); goal.click(); return; }
    waiting = event.key === "g" ? now : 0;
    if (event.key === "?") { openKeys(); event.preventDefault(); return; }
    var target = /^[a-z/]$/.test(event.key) && document.querySelector('[data-key="' + event.key + '"]');
    if (!target) { return; }
    event.preventDefault();
    if (target.matches("input")) { target.focus(); target.select(); } else { target.click(); }
  });

  // A list that refreshes itself must not take away what somebody is marking.
  document.addEventListener("htmx:beforeSwap", function (event) {
    var target = event.detail.target;
    var selection = document.getSelection();
    if (target && target.hasAttribute("data-keep-selection") && !selection.isCollapsed && target.contains(selection.anchorNode)) {
      event.detail.shouldSwap = false;
    }
  });
  document.addEventListener("htmx:afterSettle", function () { reveal(document); });

  // On a phone the navigation is wider than the screen: it shows where one is. Only it scrolls, never the page.
  function showCurrent() {
    var nav = document.querySelector(".rail-nav");
    var current = nav && nav.querySelector(".current");
    if (!current || nav.scrollWidth <= nav.clientWidth) { return; }
    var own = nav.getBoundingClientRect(), item = current.getBoundingClientRect();
    nav.scrollLeft += item.left + item.width / 2 - own.left - own.width / 2;
  }

  function start() {
    reveal(document);
    showCurrent();
    each(document, "[data-open-keys], [data-open-finder], [data-theme-switch]", function (item) { item.hidden = false; });
    each(document, "[data-theme-switch] input", function (input) {
      input.checked = window.smartplusTheme.read() === input.value;
      input.addEventListener("change", function () { window.smartplusTheme.choose(input.value); });
    });
  }
  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", start); } else { start(); }
})();
