// Keys, and lists that stay fresh. Everything works without this file.

const REFRESH = 15_000;
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

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  a: () => go("[data-item][data-answer]:focus") ?? go("[data-answer]"),
  u: () => go("[data-up]"),
  g: () => { waits = Date.now(); },
  "?": () => help.showModal(),
  "/": () => document.querySelector("[data-search]")?.focus(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help.open) return;
  if (writing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const led = Date.now() - waits < SOON && document.querySelector(`[data-key="g ${CSS.escape(event.key)}"]`);
  waits = 0;
  if (led) led.click();
  else if (Object.hasOwn(KEYS, event.key)) KEYS[event.key]();
  else return;
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

// ---------------------------------------------------------------- lists that stay fresh

const live = document.querySelector("[data-live]");

async function refresh() {
  if (document.hidden || help.open) return;
  let answer;
  try {
    answer = await fetch(location.href, { headers: { accept: "text/html", "x-desk-live": "1" } });
  } catch {
    return; // the line is down: next time
  }
  if (answer.redirected) return location.reload(); // the session has ended
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live]");
  if (!fresh || fresh.innerHTML === live.innerHTML) return;
  const chosen = live.contains(document.activeElement) && document.activeElement.getAttribute("href");
  live.replaceChildren(...fresh.childNodes);
  if (chosen) items().find((item) => item.getAttribute("href") === chosen)?.focus({ preventScroll: true });
}

if (live) setInterval(refresh, REFRESH);
