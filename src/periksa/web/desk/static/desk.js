// Keys. Everything works without this file.

const SOON = 1_200; // milliseconds in which "g" waits for what follows
const help = document.getElementById("help");
let waits = 0;

const items = () => [...document.querySelectorAll("[data-list] [data-item]")];
const writing = (target) => target.closest("input, textarea, select, [contenteditable]");

function move(step) {
  const all = items();
  if (!all.length) return;
  const at = all.indexOf(document.activeElement);
  const to = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1);
  all[to].focus();
  all[to].scrollIntoView({ block: "nearest" });
}

const go = (selector) => document.querySelector(selector)?.click();

const boxes = () => [...document.querySelectorAll("[data-pick]")];
const box = () => document.activeElement.closest("li")?.querySelector("[data-pick]");

function toggle() {
  const it = box();
  if (it) it.checked = !it.checked;
}

// What a page does by a key of its own: presses what has data-press, on what was chosen, or else on what has the focus.
function press(key) {
  const it = document.querySelector(`[data-press="${CSS.escape(key)}"]`);
  if (!it) return false;
  const one = box();
  if (one && !boxes().some((each) => each.checked)) one.checked = true;
  if (it.matches("button, a")) it.click();
  else it.focus();
  return true;
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  a: () => go("[data-item][data-answer]:focus") ?? go("[data-answer]"),
  x: toggle,
  u: () => go("[data-up]"),
  g: () => { waits = Date.now(); },
  "?": () => help.showModal(),
  "/": () => document.querySelector("[data-search]")?.focus(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help.open) return;
  if (writing(event.target) && event.target.type !== "checkbox") {
    if (event.key === "Escape") event.target.blur();
    if (event.key !== "Enter" || !event.target.dataset.then) return;
    event.preventDefault();
    return document.getElementById(event.target.dataset.then).click();
  }
  const led = Date.now() - waits < SOON && document.querySelector(`[data-key="g ${CSS.escape(event.key)}"]`);
  waits = 0;
  if (led) led.click();
  else if (Object.hasOwn(KEYS, event.key)) KEYS[event.key]();
  else if (!press(event.key)) return;
  event.preventDefault();
});

for (const button of document.querySelectorAll("[data-help]")) {
  button.hidden = false;
  button.addEventListener("click", () => help.showModal());
}

for (const select of document.querySelectorAll(".looks select")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}

for (const field of document.querySelectorAll(".copy")) {
  field.addEventListener("focus", () => field.select());
}

// After an act the same place in the list has the focus again: whoever works down a list does not begin anew.

const PLACE = "desk-place";
const here = location.pathname + location.search;
let last = -1;

document.addEventListener("focusin", (event) => {
  const at = items().indexOf(event.target.closest("li")?.querySelector("[data-item]"));
  if (at >= 0) last = at;
});
document.addEventListener("submit", () => {
  if (last >= 0) sessionStorage.setItem(PLACE, JSON.stringify([here, last]));
});

const [page, at] = JSON.parse(sessionStorage.getItem(PLACE) ?? "[]");
sessionStorage.removeItem(PLACE);
if (page === here) items().at(Math.min(at, items().length - 1))?.focus();
