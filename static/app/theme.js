// Puts the chosen theme on the page before it is drawn. Loaded in the head, without defer, for that reason alone.
(function () {
  "use strict";
  var KEY = "smartplus-theme";
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function read() {
    try { return localStorage.getItem(KEY) || "auto"; } catch (error) { return "auto"; }
  }
  function apply() {
    var choice = read();
    var root = document.documentElement;
    root.dataset.bsTheme = choice === "auto" ? (dark.matches ? "dark" : "light") : choice;
    root.dataset.themeChoice = choice;
  }
  window.smartplusTheme = {
    read: read,
    choose: function (choice) {
      try { localStorage.setItem(KEY, choice); } catch (error) { /* a private window forgets */ }
      apply();
    },
  };
  dark.addEventListener("change", apply);
  window.addEventListener("storage", apply);
  apply();
})();
