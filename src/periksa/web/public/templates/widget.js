// A button for a page of another site, which opens the chat in a frame. Needs nothing of the page and changes nothing
// in it; works under a Content-Security-Policy that allows our origin in script-src and frame-src.
(() => {
  const words = {{ words | tojson }};
  const readers = {{ readers | tojson }};
  const { origin } = new URL(document.currentScript.src);
  if (document.querySelector("periksa-chat")) return;

  const wishes = [document.documentElement.lang, ...navigator.languages].map((tag) => readers[tag.toLowerCase().split("-")[0]]);
  const language = wishes.find(Boolean) ?? Object.keys(words)[0];
  const say = words[language];

  const css = `
    :host { all: initial; color-scheme: light dark; --bar: #00695a; --bar-ink: #fff; --ring: #0b76b7; --wall: #ece5dc; }
    .box { position: fixed; inset: auto 16px 16px auto; z-index: 2147483000; }
    button {
      display: flex; align-items: center; gap: 10px; min-height: 52px; margin: 0 0 0 auto; padding: 0 20px 0 16px;
      border: 1px solid transparent; border-radius: 26px; background: var(--bar); color: var(--bar-ink); cursor: pointer;
      font: 600 16px/1.2 -apple-system, "Segoe UI", Roboto, "Noto Sans", system-ui, sans-serif;
      box-shadow: 0 2px 12px rgb(11 20 26 / 30%); touch-action: manipulation;
    }
    button:focus-visible { outline: 3px solid var(--ring); outline-offset: 3px; }
    button:hover { filter: brightness(1.12); }
    svg { flex: none; width: 26px; height: 26px; fill: none; stroke: currentcolor; stroke-width: 2;
      stroke-linecap: round; stroke-linejoin: round; }
    .panel {
      position: absolute; right: 0; bottom: 0; width: min(400px, 100vw - 32px); height: min(640px, 100vh - 32px);
      overflow: hidden; border-radius: 18px; background: var(--wall); box-shadow: 0 8px 40px rgb(11 20 26 / 35%);
    }
    [hidden] { display: none; }
    iframe { display: block; width: 100%; height: 100%; border: 0; }
    .open button {
      position: absolute; right: 6px; bottom: calc(min(640px, 100vh - 32px) - 52px); z-index: 1; width: 46px; min-height: 46px;
      padding: 0 9px; background: none; box-shadow: none;
    }
    .open button:focus-visible { outline-color: var(--bar-ink); outline-offset: -4px; }
    .open span { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
    @media (max-width: 480px), (max-height: 480px) {
      .open { inset: 0; }
      .open .panel { inset: 0; width: 100%; height: 100%; border-radius: 0; }
      .open button { inset: max(5px, env(safe-area-inset-top)) 4px auto auto; }
    }
    @media (prefers-color-scheme: dark) {
      :host { --bar: #1fa88c; --bar-ink: #04110e; --ring: #72cdf8; --wall: #0d161b; }
      .open { --bar-ink: #e9edef; }
    }
    @media (prefers-reduced-motion: no-preference) {
      .panel { animation: rise .16s ease-out; }
      @keyframes rise { from { opacity: 0; transform: translateY(12px); } }
    }
    @media (forced-colors: active) { button, .panel { border: 1px solid; } }
    @media print { .box { display: none; } }`;

  const make = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.append(path);
  const label = make("span");
  const button = make("button", { type: "button" }, svg, label);
  button.setAttribute("aria-controls", "chat");
  const panel = make("div", { id: "chat", className: "panel", hidden: true });
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-label", say.title);
  const box = make("div", { className: "box" }, button, panel);
  const root = make("periksa-chat", { lang: language });
  const shadow = root.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  shadow.adoptedStyleSheets = [sheet];
  shadow.append(box);

  let frame = null;
  function show(open) {
    if (open && !frame) {
      frame = make("iframe", { src: `${origin}{{ frame }}?lang=${language}`, title: say.title });
      frame.addEventListener("load", enter);
      panel.append(frame);
    }
    panel.hidden = !open;
    box.classList.toggle("open", open);
    button.setAttribute("aria-expanded", String(open));
    label.textContent = open ? say.close : say.ask;
    path.setAttribute("d", open ? "M6 6l12 12M18 6L6 18" : "M4 5h16v11H11l-4 4v-4H4zM9 10.5l2.2 2.2L15.5 8.4");
  }
  function enter() {
    if (!panel.hidden) frame.contentWindow.focus();
  }
  function close() {
    show(false);
    button.focus();
  }
  button.addEventListener("click", () => {
    if (!panel.hidden) return close();
    show(true);
    enter();
  });
  box.addEventListener("keydown", (event) => event.key === "Escape" && !panel.hidden && close());
  addEventListener("message", ({ source, data }) => {
    if (frame && source === frame.contentWindow && data === "periksa:close") close();
  });

  show(false);
  document.body ? document.body.append(root) : addEventListener("DOMContentLoaded", () => document.body.append(root));
})();
