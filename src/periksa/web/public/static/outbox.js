// Messages on their way to the tipline. Each is kept in this browser until the server says that it is stored, and sent
// again with the same id until then: nothing is lost, and the server drops what it has seen before.

import { headers, session } from "./session.js";

const PREFIX = session ? `periksa-${session}:` : "periksa:";
const PATIENCE = 20_000; // milliseconds for one request
const LONGEST_PAUSE = 15_000;

export class Outbox {
  #queue = [];
  #busy = false;
  #pause = 500;
  #timer = 0;

  // stored(message, html) and refused(message, sentence) are called once per message, in the order of sending.
  constructor({ stored, refused }) {
    this.stored = stored;
    this.refused = refused;
  }

  // What an earlier visit could not send; oldest first.
  kept() {
    try {
      return Object.keys(localStorage)
        .filter((key) => key.startsWith(PREFIX))
        .map((key) => JSON.parse(localStorage.getItem(key)))
        .filter(Boolean) // another tab has just sent it
        .sort((one, other) => one.order - other.order);
    } catch {
      return [];
    }
  }

  add(message) {
    keep(message);
    this.#queue.push(message);
    this.send();
  }

  async send() {
    clearTimeout(this.#timer);
    if (this.#busy) return;
    this.#busy = true;
    while (this.#queue.length && (await this.#first()));
    this.#busy = false;
  }

  // Whether the first message is settled; if not, it is tried again after a pause.
  async #first() {
    const message = this.#queue[0];
    const { html, error } = await post(message);
    if (html === undefined && error === undefined) {
      this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
      this.#timer = setTimeout(() => this.send(), this.#pause);
      return false;
    }
    this.#pause = 500;
    this.#queue.shift();
    forget(message);
    if (error === undefined) this.stored(message, html);
    else this.refused(message, error);
    return true;
  }
}

function keep(message) {
  try {
    localStorage.setItem(PREFIX + message.id, JSON.stringify(message));
  } catch {
    // Storage is full or forbidden: the message lives as long as this page.
  }
}

function forget(message) {
  try {
    localStorage.removeItem(PREFIX + message.id);
  } catch {
    // It was never kept.
  }
}

// {html}: stored. {error}: the server will never take it. {}: nobody knows yet.
async function post({ id, text, choice }) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE);
  try {
    const response = await fetch("/chat/messages", {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({ id, text, choice }),
      signal: abort.signal,
    });
    const { html, error } = await response.json();
    if (response.ok) return { html };
    return response.status < 500 ? { error } : {};
  } catch {
    return {};
  } finally {
    clearTimeout(timer);
  }
}
