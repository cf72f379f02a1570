// May I see what I type? A password field gets a button "Tampilkan" beside it.
// The words come with the script's own tag, in the language of the page.
"use strict";

const { show: showWord, hide: hideWord } = document.currentScript.dataset;

document.querySelectorAll("input[type=password]").forEach((input) => {
  const line = document.createElement("div");
  const button = document.createElement("button");
  line.className = "reveal";
  button.type = "button";
  button.className = "btn btn-secondary";
  button.textContent = showWord;
  button.setAttribute("aria-controls", input.id);
  const typing = document.activeElement === input;
  input.before(line);
  line.append(input, button);
  if (typing) input.focus(); // who moves loses it, and what is typed just then goes nowhere
  button.addEventListener("click", () => {
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.textContent = shown ? showWord : hideWord;
  });
  input.form.addEventListener("submit", () => { input.type = "password"; });
});
