// Where should reading begin after the page has loaded? At the error summary or the confirmation.
// A link of the summary also brings the label into view, not only the input.
"use strict";

const target = document.querySelector("[data-focus]");
if (target && !window.location.hash) target.focus({ preventScroll: target.id !== "error-summary" });

document.addEventListener("click", (event) => {
  const link = event.target.closest(".error-summary a[href^='#']");
  const input = link && document.getElementById(link.hash.slice(1));
  if (!input) return;
  event.preventDefault();
  const field = input.closest(".field, .rows__row") || input;
  field.scrollIntoView({ block: "start" });
  input.focus({ preventScroll: true });
});
