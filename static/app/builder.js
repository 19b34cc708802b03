// The builder: hides what does not matter, greys what the rules refuse, never leaves before it has saved.
// Every page works without it: the form has a button then, and the server draws the same.
(function () {
  "use strict";
  var TICK = 1000; // how often "saved … ago" moves, in ms
  var PATIENCE = 4000; // how long leaving waits for a save, in ms
  var typed = 0; // counts what was typed; saving remembers how far it came
  var sent = 0;
  var saved = 0;
  var pending = null;
  var told = -1; // how far typing had come when a refused save was said: the next click may leave
  var LOST = { // what the person can do when a save did not come through; the text stays in the inputs
    401: "You are logged out, so nothing is saved. Log in again in another tab, then type on here; what you typed is still here.",
    403: "This was refused: this page is older than your login, or your role has changed. What you typed is still here and not saved; copy what you need, then reload.",
    404: "This is gone: somebody removed it, or replaced the draft. What you typed is still here and not saved; copy what you need.",
    413: "This is too much for one save. What you typed is still here and not saved."
  };

  document.documentElement.classList.add("js");

  function find(id) { return document.getElementById(id); }
  function each(root, selector, act) { Array.prototype.forEach.call(root.querySelectorAll(selector), act); }
  function isDirty() { return typed > saved; }

  // What the server found out, put onto inputs that nobody takes away from under the person's hands.
  function applyState() {
    var holder = find("builder-state");
    if (!holder) { return; }
    var state = JSON.parse(holder.dataset.state);
    var hidden = {};
    state.hidden.forEach(function (id) { hidden[id] = true; });
    each(document, "[data-field]", function (field) {
      var level = state.levels[field.id] || "";
      if (level) { field.dataset.level = level; } else { delete field.dataset.level; }
      field.hidden = Boolean(hidden[field.id]) && !field.contains(document.activeElement);
      each(field, "input:not([type=hidden]):not([type=checkbox]), select", function (input) {
        if (level === "refuse") { input.setAttribute("aria-invalid", "true"); } else { input.removeAttribute("aria-invalid"); }
      });
      var marked = state.rows[field.id] || {};
      var at = 0; // of what is stored: empty inputs do not count
      each(field, ".rows > input", function (input) { input.toggleAttribute("data-marked", Boolean(input.value.trim() && marked[at++])); });
      each(field, "select option", function (option) {
        refuse(option, (state.refused[option.parentElement.name] || {})[option.value], option.selected);
      });
      each(field, ".pill input", function (input) {
        var words = state.refused[input.name] || {};
        refuse(input, words[input.value], input.checked);
        input.parentElement.title = words[input.value] && !input.checked ? words[input.value] : "";
      });
    });
    each(document, "[data-section]", function (section) {
      var fields = section.querySelectorAll("[data-field]");
      var shown = section.querySelector("[data-field]:not([hidden])");
      section.hidden = fields.length > 0 && !shown;
      section.classList.toggle("section-hard", state.tones[section.id] === "hard");
      section.classList.toggle("section-soft", state.tones[section.id] === "soft");
    });
  }

  function refuse(choice, sentence, chosen) {
    if (choice.value === "") { return; }
    choice.disabled = Boolean(sentence) && !chosen;
    choice.title = choice.disabled ? sentence : "";
  }

  function tick() {
    var mark = find("savedat");
    if (!mark || mark.classList.contains("saving") || !mark.querySelector("time")) { return; }
    var seconds = Math.max(0, Math.round((Date.now() - Date.parse(mark.dataset.at)) / 1000));
    if (seconds < 5400) {
      mark.querySelector("time").textContent = seconds < 3 ? "just now" : seconds < 90 ? seconds + " s ago" : Math.round(seconds / 60) + " min ago";
    }
  }

  function say(word) {
    var mark = find("savedat");
    if (mark) { mark.classList.toggle("saving", word === "saving"); mark.classList.toggle("lost", word === "lost"); }
    if (mark && word === "lost") { mark.textContent = "not saved: no answer. Kept here; saved with your next key."; }
    if (mark && word === "refused") { mark.textContent = "not saved"; mark.classList.add("lost"); }
  }

  // A save that came to nothing is said where the eye is, and read out: #trouble is an alert.
  function sayTrouble(status) {
    var box = find("trouble");
    say("refused");
    if (!box) { return; }
    var note = document.createElement("div");
    note.className = "note note-error";
    var words = document.createElement("div");
    words.textContent = (LOST[status] || "This was not taken (" + status + "). What you typed is still here and not saved.") + " ";
    if (status === 401) {
      var link = document.createElement("a");
      link.href = "/login/";
      link.target = "_blank";
      link.textContent = "Log in";
      words.appendChild(link);
    }
    note.appendChild(words);
    box.replaceChildren(note);
    box.scrollIntoView({ block: "nearest" });
  }

  // Logging in anew changes the token that forms carry; the cookie always has the one that counts.
  function freshenToken(parameters) {
    var found = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie);
    if (!found) { return; }
    each(document, "input[name=csrfmiddlewaretoken]", function (input) { input.value = found[1]; });
    parameters.csrfmiddlewaretoken = found[1];
  }

  // What is searched beside the fields is no typing: nothing of it is saved.
  function isForm(element) { return element && !(element.closest && element.closest("[data-aside]")) && (element.id === "object-form" || (element.closest && element.closest("#object-form"))); }

  function saveNow() {
    var form = find("object-form");
    if (form && form.hasAttribute("hx-post") && window.htmx) { window.htmx.trigger(form, "save-now"); }
  }

  // Leaving waits until what was typed is saved; a page that is torn away hands it over on its way out.
  function leave(act) {
    if (!isDirty() || told === typed) { act(); return; }
    pending = act;
    saveNow();
    setTimeout(function () { if (pending === act) { pending = null; act(); } }, PATIENCE);
  }

  document.addEventListener("input", function (event) { if (isForm(event.target)) { typed += 1; } });
  document.addEventListener("change", function (event) { if (isForm(event.target)) { typed += 1; } });

  // What is to be filled in becomes an error once its field was left without it.
  document.addEventListener("focusout", function (event) {
    var field = isForm(event.target) && event.target.closest("[data-field]");
    var to = event.relatedTarget;
    if (field && !(to && field.contains(to) && to.matches("input, select, textarea, button"))) { field.dataset.left = ""; }
  });

  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) { return; }
    var href = link.getAttribute("href");
    if (href.charAt(0) === "#") {
      var list = link.closest(".summary-list");
      if (list) { list.open = false; }
      setTimeout(function () { focusOn(href); }, 0);
      return;
    }
    if (isDirty() && !link.target) { event.preventDefault(); leave(function () { window.location.assign(link.href); }); }
  });

  document.addEventListener("submit", function (event) {
    if (event.target.id === "object-form" || !isDirty()) { return; }
    event.preventDefault();
    var form = event.target;
    var button = event.submitter;
    leave(function () { saved = typed; if (form.requestSubmit) { form.requestSubmit(button); } else { form.submit(); } });
  });

  window.addEventListener("pagehide", function () {
    var form = find("object-form");
    if (isDirty() && form && form.hasAttribute("hx-post")) { navigator.sendBeacon(form.getAttribute("hx-post"), new FormData(form)); saved = typed; }
  });

  document.addEventListener("htmx:configRequest", function (event) { if (isForm(event.target)) { sent = typed; freshenToken(event.detail.parameters); } });
  document.addEventListener("htmx:beforeRequest", function (event) { if (isForm(event.target)) { say("saving"); } });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (!isForm(event.target)) { return; }
    var status = (event.detail.xhr && event.detail.xhr.status) || 0;
    say("");
    if (!status || status >= 500) { say("lost"); }
    else if (status < 400 || status === 409 || status === 422) { saved = Math.max(saved, sent); }
    else { sayTrouble(status); told = typed; pending = null; }
    if (pending && !isDirty()) { var act = pending; pending = null; act(); }
  });
  document.addEventListener("htmx:afterSettle", function () { applyState(); tick(); show(); });
  document.addEventListener("htmx:oobAfterSwap", function (event) {
    if (event.target.id === "builder-state") { applyState(); }
    if (event.target.id === "trouble" && event.target.querySelector(".conflict")) { event.target.scrollIntoView({ block: "nearest" }); }
  });

  // Where the page asks one to go on, once for each time it is drawn.
  function show() {
    var here = document.querySelector("[data-here]:not([data-shown])");
    if (!here) { return; }
    here.dataset.shown = "";
    here.scrollIntoView({ block: "center" });
  }

  function focusOn(hash) {
    var target = /^#[\w-]+$/.test(hash) && document.querySelector(hash);
    if (!target) { return; }
    if (target.hidden) { target.hidden = false; }
    var input = target.querySelector("input:not([type=hidden]), select, textarea, button");
    if (input) { input.focus(); }
    target.scrollIntoView({ block: "center" });
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || (event.key !== "[" && event.key !== "]")) { return; }
    if (event.target.closest("input, textarea, select")) { return; }
    var link = document.querySelector(event.key === "[" ? "[data-key-before]" : "[data-key-after]");
    if (link) { link.click(); }
  });

  function start() {
    applyState();
    tick();
    setInterval(tick, TICK);
    var outline = document.querySelector(".build-outline");
    if (outline && window.matchMedia("(max-width: 47.99rem)").matches) { outline.open = false; }
    if (window.location.hash) { focusOn(window.location.hash); }
    show();
  }
  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", start); } else { start(); }
})();
