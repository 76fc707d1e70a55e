// Whose conversation this is. The page by itself has a cookie. In a frame within another site it gets none: there it
// keeps its session in this browser's storage, or where that is forbidden for as long as it is open, and sends it along.

const KEY = "periksa-session";
const given = document.documentElement.dataset.session;

export const session = given && (remembered() ?? given);
export const headers = session ? { "x-periksa-session": session, "accept-language": document.documentElement.lang } : {};

function remembered() {
  try {
    const known = localStorage.getItem(KEY);
    if (!known) localStorage.setItem(KEY, given);
    return known;
  } catch {
    return null; // forbidden
  }
}

// What was said before, as our page: a frame is served without it, because nothing tells the server whose it is.
export async function earlier() {
  if (session === given) return null;
  try {
    const response = await fetch(location.href, { headers });
    return response.ok ? new DOMParser().parseFromString(await response.text(), "text/html") : null;
  } catch {
    return null;
  }
}

export function follow(url) {
  return session ? new Stream(url) : new EventSource(url);
}

// An EventSource that can send a header: a session must not stand in an address, where servers log it.
class Stream extends EventTarget {
  readyState = EventSource.CONNECTING;
  #abort = new AbortController();

  constructor(url) {
    super();
    this.#read(url);
  }

  close() {
    this.readyState = EventSource.CLOSED;
    this.#abort.abort();
  }

  async #read(url) {
    try {
      const response = await fetch(url, { headers, cache: "no-store", signal: this.#abort.signal });
      if (response.ok) await this.#hear(response.body.getReader());
    } catch {
      // Cut off: whoever listens is told below.
    }
    if (this.readyState === EventSource.CLOSED) return;
    this.readyState = EventSource.CLOSED;
    this.dispatchEvent(new Event("error"));
  }

  async #hear(reader) {
    this.readyState = EventSource.OPEN;
    this.dispatchEvent(new Event("open"));
    const decoder = new TextDecoder();
    let text = "";
    for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
      const events = (text + decoder.decode(value, { stream: true })).split("\n\n");
      text = events.pop();
      events.forEach((event) => this.#tell(event));
    }
  }

  #tell(event) {
    const data = /^data: (.*)$/m.exec(event)?.[1];
    const lastEventId = /^id: (.*)$/m.exec(event)?.[1];
    if (data) this.dispatchEvent(new MessageEvent("message", { data, lastEventId }));
  }
}
