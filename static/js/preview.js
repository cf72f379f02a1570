// How is it seen that a preview is on its way, and that none came? htmx asks for it and puts it in place.
"use strict";

const pane = document.getElementById("preview-pages");
const says = document.getElementById("preview-says");

document.addEventListener("htmx:before:request", () => pane.setAttribute("aria-busy", "true"));
document.addEventListener("htmx:finally:request", () => pane.removeAttribute("aria-busy"));
// These come with a sentence of their own, which htmx puts in place as text.
const TOLD = [401, 409, 422];
["htmx:error", "htmx:response:error"].forEach((name) => document.addEventListener(name, (event) => {
  const answer = event.detail.ctx.response;
  if (!answer || !TOLD.includes(answer.status)) says.textContent = says.closest("section").dataset.failed;
}));
