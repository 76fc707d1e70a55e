// Keys that press: 1, 2, 3 judge, p goes back, n goes on. The buttons work without this file.

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  if (event.target.closest("input, textarea, select, dialog[open]")) return;
  document.querySelector(`[data-press="${CSS.escape(event.key)}"]`)?.click();
});
