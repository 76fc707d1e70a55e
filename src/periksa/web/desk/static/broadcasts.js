// Copying with one press. Everything on these pages can be selected and copied without this file.

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      field.focus(); // it is selected: the keyboard copies it
      return;
    }
    button.textContent = button.dataset.done;
  });
}
