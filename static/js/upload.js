// How does a file reach the server over a bad line? One after the other, each told in words and as a bar,
// tried again three times when the line is cut, and stopped by its sender. Without scripts the same
// inputs travel with the form. Every sentence comes with the script's own tag.
"use strict";

const words = document.currentScript.dataset;
const PAUSES = [1000, 2000, 4000]; // ms before each new try
const SILENCE = { sending: 30_000, judging: 180_000 }; // ms without a sign of life
const form = document.getElementById("step-form");
const says = document.querySelector("[data-upload-says]");
const amount = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
const jobs = new Set();
let waiting = null;

const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
const sized = (bytes) => {
  const units = ["kB", "MB", "GB"];
  let value = bytes / 1024;
  while (value >= 1024 && units.length > 1) { value /= 1024; units.shift(); }
  return `${amount.format(value)} ${units[0]}`;
};
const are = (...states) => [...jobs].filter((job) => states.includes(job.state));
const boxOf = (item) => form.querySelector(`[data-upload="${item}"]:not([data-replaced])`);

// -- one line per file ------------------------------------------------------------------------------

const say = (job, sentence, values = {}) => {
  job.words.textContent = fill(sentence, { berkas: job.file.name, ...values });
};

const offer = (job, word, deed) => {
  job.button.textContent = word;
  job.button.setAttribute("aria-label", `${word}: ${job.file.name}`);
  job.button.onclick = deed;
};

const forget = (job) => {
  job.line.remove();
  jobs.delete(job);
};

const lineOf = (job) => {
  const [line, text, bar, button] = ["div", "p", "progress", "button"].map((tag) => document.createElement(tag));
  line.className = "upload";
  bar.max = 1;
  bar.value = 0;
  bar.hidden = true;
  bar.setAttribute("aria-hidden", "true");
  button.type = "button";
  button.className = "btn btn-quiet btn-small";
  line.append(text, bar, button);
  boxOf(job.item).append(line);
  Object.assign(job, { line, words: text, bar, button });
  offer(job, words.cancel, () => cancel(job));
};

// What was said of an earlier file is not said of a new one; that a press waits is said until it is done.
const hush = () => {
  if (!waiting) says.textContent = "";
};

const end = (job, state, sentence, values) => {
  job.state = state;
  job.bar.hidden = true;
  job.line.classList.toggle("is-wrong", true);
  say(job, sentence, values);
  says.textContent = job.words.textContent;
};

const refuse = (job, sentence, values) => {
  end(job, "refused", sentence, values);
  job.button.hidden = true;
};

const cancel = (job) => {
  job.state = "stopped";
  if (job.xhr) job.xhr.abort();
  window.clearTimeout(job.timer);
  says.textContent = fill(words.stopped, { berkas: job.file.name });
  forget(job);
  next();
};

// -- sending ----------------------------------------------------------------------------------------

const listen = (job, milliseconds) => {
  window.clearTimeout(job.timer);
  job.timer = window.setTimeout(() => { job.xhr.abort(); cut(job); }, milliseconds);
};

const send = (job) => {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.append("item", job.item);
  body.append("replaced", job.replaced || "");
  const marks = form.elements[`item-${job.item}-seen`];
  if (marks) body.append("seen", marks.value);
  body.append("file", job.file);
  const xhr = new XMLHttpRequest();
  job.xhr = xhr;
  job.state = "running";
  job.bar.hidden = false;
  job.line.classList.remove("is-wrong");
  xhr.open("POST", words.address);
  const show = (loaded, total) => {
    const part = total ? Math.min(loaded / total, 1) : 0;
    job.bar.value = part;
    say(job, words.running, { a: sized(part * job.file.size), b: sized(job.file.size), persen: Math.floor(part * 100) });
  };
  show(0, 1);
  xhr.upload.addEventListener("progress", (event) => {
    show(event.loaded, event.total);
    listen(job, SILENCE.sending);
  });
  xhr.upload.addEventListener("load", () => { say(job, words.judging); listen(job, SILENCE.judging); });
  xhr.addEventListener("load", () => answered(job, xhr));
  xhr.addEventListener("error", () => cut(job));
  listen(job, SILENCE.sending);
  xhr.send(body);
};

const cut = (job) => {
  window.clearTimeout(job.timer);
  if (job.state !== "running") return;
  if (job.tries < PAUSES.length) {
    job.state = "again";
    say(job, words.again);
    job.timer = window.setTimeout(() => send(job), PAUSES[job.tries]);
    job.tries += 1;
    return;
  }
  end(job, "cut", words.cut);
  offer(job, words.retry, () => retry(job));
  next();
};

const retry = (job) => {
  job.tries = 0;
  job.state = "waiting";
  hush();
  offer(job, words.cancel, () => cancel(job));
  next();
};

const answered = (job, xhr) => {
  window.clearTimeout(job.timer);
  const kind = xhr.getResponseHeader("Content-Type") || "";
  if (xhr.status >= 500) {
    cut(job);
    return;
  }
  if (xhr.status === 200 && kind.startsWith("text/html")) arrive(job, xhr.responseText);
  else if (kind.startsWith("text/plain")) refuse(job, xhr.responseText.replace(/[{}]/g, ""));
  else refuse(job, words.refused);
  next();
};

const arrive = (job, answer) => {
  const list = document.getElementById(`files-${job.item}`);
  list.outerHTML = answer;
  const { seen, state, tone, answered: count, told } = document.getElementById(list.id).dataset;
  const marks = form.elements[`item-${job.item}-seen`];
  if (marks && seen) marks.value = seen;
  forget(job);
  hideButtons();
  const choices = [...form.querySelectorAll(`[name="item-${job.item}-availability"]`)];
  if (choices.length && !choices.some((choice) => choice.checked)) choices[0].checked = true;
  document.querySelectorAll(`[data-state-of="${job.item}"]`).forEach((badge) => {
    badge.textContent = state;
    badge.className = `state-badge tone-${tone}`;
  });
  document.querySelectorAll("[data-progress]").forEach((line) => { line.textContent = told; });
  document.querySelectorAll(".work-progress progress").forEach((bar) => { bar.value = count; });
};

const next = () => {
  const [job] = are("waiting");
  if (job && !are("running", "again").length) {
    send(job);
    return;
  }
  if (are("running", "again", "waiting").length || !waiting) return;
  const button = waiting;
  waiting = null;
  says.textContent = "";
  if (are("cut").length) says.textContent = words.unfinished;
  else form.requestSubmit(button);
};

// -- what people do ---------------------------------------------------------------------------------

const fault = (file) => {
  const ending = file.name.slice(file.name.lastIndexOf(".")).toLowerCase();
  if (!words.endings.split(",").includes(ending)) return words.wrongKind;
  if (!file.size) return words.empty;
  return file.size > Number(words.limit) ? words.tooLarge : "";
};

const take = (file, { upload: item, replaced }) => {
  const job = { file, item, replaced, tries: 0, state: "waiting" };
  lineOf(job);
  jobs.add(job);
  const wrong = fault(file);
  if (wrong) refuse(job, wrong, { a: sized(file.size) });
  else say(job, words.waiting);
};

const hideButtons = () => {
  document.querySelectorAll("[data-upload] > button").forEach((button) => { button.hidden = true; });
};

form.addEventListener("change", (event) => {
  const box = event.target.type === "file" && event.target.closest("[data-upload]");
  if (!box) return;
  [...jobs].filter((job) => job.state === "refused" && job.item === box.dataset.upload).forEach(forget);
  const files = [...event.target.files];
  event.target.value = "";
  hush();
  files.forEach((file) => take(file, box.dataset));
  next();
});

form.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  const isBusy = are("running", "again", "waiting").length > 0;
  if (!isBusy && !are("cut").length) return;
  event.preventDefault();
  waiting = isBusy ? event.submitter : null;
  says.textContent = isBusy ? words.wait : words.unfinished;
});

window.addEventListener("online", () => { are("cut").forEach(retry); });
window.addEventListener("beforeunload", (event) => {
  if (are("running", "again", "waiting").length) event.preventDefault();
});
hideButtons();
