// Has the last page of the letter been in sight? Then the tick that says so is set; by hand it can be
// set as well, so that nobody without scripts is kept out.
"use strict";

const tick = document.querySelector("[data-read-through]");
const last = document.querySelector(".letter-pages__list > li:last-child");

if (tick && last && "IntersectionObserver" in window) {
  const eye = new IntersectionObserver((seen) => {
    if (!seen.some((one) => one.isIntersecting)) return;
    tick.checked = true;
    eye.disconnect();
  }, { threshold: 0.25 });
  eye.observe(last);
}
