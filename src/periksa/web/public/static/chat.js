// Makes the page live: sends without leaving it, shows replies as they come. Without this script the page still works.

import { Outbox } from "./outbox.js";
import { earlier, follow, session } from "./session.js";

const TYPING = 8_000; // milliseconds until "typing" gives up: a greeting after a question has no reply of its own
const NEAR = 80; // pixels from the newest line that still count as being there

const $ = (selector, within = document) => within.querySelector(selector);
const scroller = $("#scroller");
const say = scroller.dataset;
const log = $("#log");
const composer = $("#composer");
const box = composer.elements.text;
const most = Number(say.most);
const touch = matchMedia("(pointer: coarse)");

/* ---------------------------------------------------------------- lines */

const line = (id) => $(`[data-id="${CSS.escape(id)}"]`, log);
const at = (element) => Date.parse($("time", element)?.dateTime ?? "") || 0;
const pad = (number) => String(number).padStart(2, "0");

function fromHtml(html) {
  const template = document.createElement("template");
  template.innerHTML = html; // escaped and marked up by the server
  return template.content.firstElementChild;
}

// Times as this phone's clock says them.
function localTime(element) {
  for (const time of element.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime);
    time.textContent = say.clock.replace("%H", pad(moment.getHours())).replace("%M", pad(moment.getMinutes()));
  }
}

function ownLine({ id, text }) {
  const element = $("#own").content.firstElementChild.cloneNode(true);
  element.dataset.id = id;
  $(".text", element).textContent = text;
  return element;
}

// The first line of a day stands below its name; a line that is not stored yet has no day.
function nameDay(element) {
  const above = element.previousElementSibling;
  const day = (line) => new Date(at(line)).toDateString();
  if (!at(element) || above?.matches(".day") || (above && (!at(above) || day(above) === day(element)))) return;
  const name = document.createElement("p");
  name.className = "day";
  const date = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long" });
  name.textContent = day(element) === new Date().toDateString() ? say.today : date.format(at(element));
  element.before(name);
}

// In the order of time; a message that is not stored yet has none: it comes last and stays where it is.
function place(element) {
  const time = at(element) || Infinity;
  let before = null;
  let last = log.lastElementChild;
  while (last && at(last) > time) [before, last] = [last, last.previousElementSibling];
  const there = steady(() => {
    log.insertBefore(element, before);
    nameDay(element);
    quote(element);
  });
  const room = element.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 16;
  if (there && room < 0) scroller.scrollTop += room; // too tall for the screen: read from its top
  element.classList.add("fresh");
  return there;
}

// Change the page below without moving what is being read above. Whether the newest line was in sight.
function steady(change) {
  const there = scroller.scrollTop > -NEAR;
  const height = scroller.scrollHeight;
  change();
  if (!there) scroller.scrollTop -= scroller.scrollHeight - height;
  return there;
}

// A reply that does not stand right below its question shows what it answers.
function quote(element) {
  const asked = element.dataset.refers && line(element.dataset.refers);
  let above = element.previousElementSibling;
  while (above && !above.classList.contains("own")) above = above.previousElementSibling;
  if (!asked || asked === above) return;
  const words = document.createElement("div");
  words.className = "quote";
  words.dir = "auto";
  words.textContent = `${say.quoted} ${$(".text", asked).textContent.slice(0, 90)}`;
  $(".bubble", element).prepend(words);
}

function mark(element, state) {
  element.dataset.state = state;
  $(".tick use", element).setAttribute("href", `#${state}`);
  $(".state", element).textContent = say[state];
}

/* ---------------------------------------------------------------- who is doing what */

const awaited = new Map();
let online = true;
let unseen = 0;

function showStatus() {
  const typing = online && awaited.size > 0;
  const words = !online ? say.reconnecting : typing ? say.typing : say.status;
  if ($("#status").textContent !== words) $("#status").textContent = words;
  steady(() => ($("#typing").hidden = !typing));
}

function expect(id) {
  clearTimeout(awaited.get(id));
  awaited.set(id, setTimeout(() => settle(id), TYPING));
  showStatus();
}

/* A reply speaks for what was said before as well: a greeting and the question after it have one reply. */
function settle(id) {
  const all = [...awaited.keys()];
  for (const known of all.slice(0, all.indexOf(id) + 1 || all.length)) {
    clearTimeout(awaited.get(known));
    awaited.delete(known);
  }
  showStatus();
}

function trouble(sentence) {
  $("#trouble").textContent = sentence;
  $("#trouble").hidden = !sentence;
}

function showNewest() {
  const there = scroller.scrollTop > -NEAR;
  if (there) unseen = 0;
  $("#newest").hidden = there;
  $("#newest span").textContent = unseen || "";
}

/* ---------------------------------------------------------------- what the person says */

const tabs = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(`periksa${session ?? ""}`);
const outbox = new Outbox({
  stored(message, html) {
    stored(message.id, html);
    tabs?.postMessage({ stored: message.id, html });
  },
  refused(message, sentence) {
    const element = line(message.id);
    if (box.value) {
      mark(element, "failed");
    } else {
      box.value = message.text;
      element.remove();
    }
    trouble(sentence);
    tabs?.postMessage({ gone: message.id });
  },
});

function newId() {
  // randomUUID() is missing on plain http, where a newsroom tries things out.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function show(message) {
  if (line(message.id)) return;
  $("#welcome")?.remove();
  scroller.scrollTop = 0;
  place(ownLine(message));
}

function stored(id, html) {
  const element = fromHtml(html);
  localTime(element);
  const old = line(id);
  if (!old) place(element);
  else {
    steady(() => {
      old.replaceWith(element);
      nameDay(element);
    });
  }
  if (old?.dataset.state === "read" || $(`[data-refers="${CSS.escape(id)}"]`, log)) mark(element, "read");
  else expect(id);
}

function send(text, choice) {
  const words = text.trim();
  trouble("");
  if (!words) return trouble(say.empty);
  if ([...words].length > most) return trouble(say.tooLong);
  const message = { id: newId(), text: words, choice, order: Date.now() };
  show(message);
  tabs?.postMessage({ said: message });
  outbox.add(message);
  return true;
}

document.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  if (form !== composer && tappedTwice(form)) return;
  const first = $("#welcome")?.contains(form);
  if (!send(form.elements.text.value, form.elements.choice?.value ?? "")) return;
  if (form === composer) box.value = "";
  if (form === composer || (first && !touch.matches)) box.focus();
  grow();
});

// On a slow phone a finger is faster than the screen.
function tappedTwice(form) {
  const last = Number(form.dataset.tapped ?? 0);
  form.dataset.tapped = Date.now();
  return Date.now() - last < 1500;
}

// On a keyboard, Enter sends; on a phone it starts a new line, as in WhatsApp.
box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || touch.matches) return;
  event.preventDefault();
  composer.requestSubmit();
});

function grow() {
  if (CSS.supports("field-sizing", "content")) return;
  box.style.height = "";
  box.style.height = `${box.scrollHeight}px`;
}

box.addEventListener("input", () => {
  trouble([...box.value].length > most ? say.tooLong : "");
  grow();
});

tabs?.addEventListener("message", ({ data }) => {
  if (data.said) show(data.said);
  else if (data.stored) stored(data.stored, data.html);
  else line(data.gone)?.remove();
});

/* ---------------------------------------------------------------- what the tipline says */

let after = Number(say.after);
let source = null;
let retry = 0;
let pause = 500;

function hear(event) {
  after = Number(event.lastEventId);
  const element = fromHtml(JSON.parse(event.data));
  if (line(element.dataset.id)) return;
  localTime(element);
  settle(element.dataset.refers);
  if (!place(element)) unseen += 1;
  for (const own of log.querySelectorAll('.own[data-state="sent"]')) {
    if (at(own) <= at(element)) mark(own, "read");
  }
  showNewest();
}

function hangUp() {
  clearTimeout(retry);
  source?.close();
}

function listen() {
  hangUp();
  source = follow(`/chat/events?after=${after}`);
  source.addEventListener("message", hear);
  source.addEventListener("open", () => {
    pause = 500;
    connection(true);
  });
  source.addEventListener("error", () => {
    connection(false);
    if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    pause = Math.min(pause * 2, 15_000);
    retry = setTimeout(listen, pause);
  });
}

function connection(works) {
  online = works;
  showStatus();
  if (works) outbox.send();
}

// A page nobody looks at lets its connection go (browsers allow six), and catches up when it is looked at again.
document.addEventListener("visibilitychange", () => (document.hidden ? hangUp() : listen()));
window.addEventListener("pageshow", (event) => event.persisted && listen());
window.addEventListener("online", () => listen());

scroller.addEventListener("scroll", showNewest, { passive: true });
$("#newest").addEventListener("click", () => (scroller.scrollTop = 0));

function begin() {
  localTime(log);
  log.querySelectorAll(".ours").forEach(quote);
  for (const message of outbox.kept()) {
    show(message);
    outbox.add(message);
  }
  if (say.awaiting === "1") expect(log.lastElementChild.dataset.id);
  listen();
}

/* ---------------------------------------------------------------- in a frame within another site */

async function beginInFrame() {
  window.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) parent.postMessage("periksa:close", "*");
  });
  window.addEventListener("focus", enter);
  if (document.hasFocus()) enter();
  const page = await earlier();
  if (page && $("#log", page).childElementCount) {
    $("#welcome")?.remove();
    log.prepend(...$("#log", page).childNodes);
    after = Number($("#scroller", page).dataset.after);
    say.awaiting = $("#scroller", page).dataset.awaiting;
  }
  begin();
}

// On a phone the box would bring up the keyboard before anything could be read.
function enter() {
  if (!touch.matches && document.activeElement === document.body) box.focus();
}

if (session) beginInFrame();
else begin();
