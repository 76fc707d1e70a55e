// What is looked up beside a case, and how far telling has come. Everything is reached by links without this file.

const fetched = async (address) => {
  const answer = await fetch(address, { headers: { accept: "text/html", "x-desk-live": "1" } });
  if (answer.redirected || !answer.ok) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-part]");
};

async function load(box) {
  const part = await fetched(box.dataset.load).catch(() => null);
  const chosen = box.contains(document.activeElement);
  if (part && !chosen && part.outerHTML !== box.innerHTML.trim()) box.replaceChildren(part);
  return part;
}

async function follow(box) {
  if (box.querySelector("[data-done]")) return;
  await new Promise((resolve) => setTimeout(resolve, box.dataset.every * 1000));
  if (!document.hidden) await load(box);
  follow(box);
}

for (const box of document.querySelectorAll("[data-load]")) box.dataset.every ? follow(box) : load(box);
