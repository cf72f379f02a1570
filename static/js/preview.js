// How is it seen that a preview is on its way, and that none came? htmx asks for it and puts it in place.
"use strict";

const pane = document.getElementById("preview-pages");
const says = document.getElementById("preview-says");

document.addEventListener("htmx:before:request", () => pane.setAttribute("aria-busy", "true"));
document.addEventListener("htmx:finally:request", () => pane.removeAttribute("aria-busy"));
["htmx:error", "htmx:response:error"].forEach((name) => document.addEventListener(name, (event) => {
  const answer = event.detail.ctx.response;
  if (!answer || answer.status >= 500) says.textContent = says.closest("section").dataset.failed;
}));
