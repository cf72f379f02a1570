// How does a link get into the clipboard? The button appears only where the browser can do it.
"use strict";

document.querySelectorAll("[data-copy]").forEach((button) => {
  if (!navigator.clipboard) return;
  const word = button.querySelector("span");
  const before = word.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    word.textContent = button.dataset.copied;
    window.setTimeout(() => { word.textContent = before; }, 3000);
  });
});
