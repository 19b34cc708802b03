// Choosing creatives: what is ticked stays chosen while one searches and turns pages, in the order of ticking.
(function () {
  "use strict";
  var form = document.querySelector("[data-library]");
  var basket = form && form.querySelector("[data-basket]");
  if (!basket) { return; }

  function boxes(root) { return Array.prototype.slice.call(root.querySelectorAll("input[name=chosen]")); }
  function found() { return document.getElementById("library-found"); }
  function kept(value) { return boxes(basket).filter(function (box) { return box.value === value; })[0]; }

  function keep(box) {
    var item = form.querySelector("template[data-basket-chip]").content.cloneNode(true).firstElementChild;
    var input = item.querySelector("input");
    input.value = box.value;
    input.checked = true;
    item.querySelector("[data-chip-name]").textContent = box.dataset.name;
    basket.appendChild(item);
  }

  function count() {
    var chosen = boxes(basket).length;
    var held = Number(form.dataset.held);
    var most = Number(form.dataset.most);
    var pictures = Number(form.dataset.pictures);
    var then = pictures ? held + (chosen ? 1 : 0) : held + chosen;
    var line = form.querySelector("[data-count]");
    line.textContent = !chosen ? held + " of " + most + " creatives in this ad"
      : pictures ? chosen + " of " + pictures + " pictures chosen, " + then + " of " + most + " creatives then"
        : chosen + " chosen, " + then + " of " + most + " creatives then";
    line.classList.toggle("tone-bad", then > most || (pictures > 0 && chosen > pictures));
  }

  // The grid's boxes show what the basket holds; the basket is what is sent.
  function show() {
    boxes(found()).forEach(function (box) { box.checked = Boolean(kept(box.value)); });
    count();
  }

  form.addEventListener("change", function (event) {
    var box = event.target;
    if (box.name !== "chosen") { return; }
    if (basket.contains(box)) { box.closest("li").remove(); show(); return; }
    var there = kept(box.value);
    if (box.checked && !there) { keep(box); } else if (!box.checked && there) { there.closest("li").remove(); }
    count();
  });
  form.addEventListener("submit", function () { boxes(found()).forEach(function (box) { box.disabled = true; }); });
  window.addEventListener("pageshow", function () { boxes(found()).forEach(function (box) { box.disabled = false; }); });
  document.addEventListener("htmx:afterSettle", show);
  show();
})();
