// How is one press kept from being two? The pressed button says "Menyimpan…" and refuses the next press;
// deeds that are refused (aria-disabled) do not leave the page. The server guards both anyway.
// The word comes with the script's own tag, in the language of the page.
"use strict";

const busyWord = document.currentScript.dataset.busy;

document.addEventListener("click", (event) => {
  const button = event.target.closest("[aria-disabled='true']");
  if (button) event.preventDefault();
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  // A form whose answer is a download leaves its page standing and may be sent again.
  if (event.defaultPrevented || form.method !== "post" || "download" in form.dataset) return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "true";
  const button = event.submitter;
  if (!button || button.name === "add_row" || button.classList.contains("menu-item")) return;
  // After this turn, so that name and value of the button still travel with the form.
  window.setTimeout(() => {
    button.setAttribute("aria-disabled", "true");
    button.dataset.busy = button.textContent.trim();
    const word = button.querySelector("span") || button;
    word.textContent = button.dataset.busyText || busyWord;
  });
});

// A page that comes back from the browser's memory must work again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.querySelectorAll("form[data-sending]").forEach((form) => delete form.dataset.sending);
  document.querySelectorAll("[data-busy]").forEach((button) => {
    (button.querySelector("span") || button).textContent = button.dataset.busy;
    button.removeAttribute("aria-disabled");
    delete button.dataset.busy;
  });
});
