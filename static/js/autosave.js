// What if the session ends, the net is gone or the page is left? A form with a key is kept while it is
// typed: by the server every ten seconds, by this device as long as there is no way to the server. What
// is typed behind a shared link is kept by the server alone: nobody knows whose device it is.
"use strict";

const nowhere = { getItem: () => null, setItem() {}, removeItem() {} };

document.querySelectorAll("[data-keep]").forEach((key) => {
  const { form, dataset: { keep: address, keepName: name } } = key;
  const line = document.querySelector(`[data-keep-says="${CSS.escape(name)}"]`);
  const [words, signIn] = line.children;
  const device = "keepOnServer" in key.dataset ? nowhere : localStorage;
  let underWay = null;
  let sending = null;

  const written = () => {
    const fields = new FormData(form);
    [...fields].forEach(([field, value]) => { if (value instanceof File) fields.delete(field); });
    form.querySelectorAll("[data-unkept] [name]").forEach((secret) => fields.delete(secret.name));
    fields.set("autosave", "1");
    return new URLSearchParams(fields).toString();
  };
  let kept = "keepTyped" in key.dataset ? "" : written();

  const say = (text, isOut) => {
    if (words.textContent !== text) words.textContent = text;
    if (signIn) signIn.hidden = !isOut;
  };

  // The server marks what it has kept, so that it can tell these words from somebody else's.
  const renew = (marks, text) => {
    const isTyped = written() !== text;
    new URLSearchParams(marks || "").forEach((mark, field) => { form.elements[field].value = mark; });
    if (!isTyped) kept = written();
  };

  const send = async (text) => {
    underWay = new AbortController();
    const answer = await fetch(address, {
      method: "POST", body: new URLSearchParams(text), redirect: "manual", signal: underWay.signal,
    });
    // A plain sentence is our own answer; anything else (an expired token, a fault) kept nothing.
    const isOurs = (answer.headers.get("Content-Type") || "").startsWith("text/plain");
    if (isOurs) device.removeItem(name);
    else device.setItem(name, text);
    say(isOurs ? await answer.text() : line.dataset.refused, answer.status === 401);
    renew(answer.headers.get("X-Renewed"), text);
    return answer.ok && isOurs;
  };

  const isKept = (text) => text === kept || form.dataset.sending;

  const keep = async () => {
    const text = written();
    if (isKept(text)) return;
    kept = text;
    sending = send(text);
    try {
      await sending;
    } catch (error) {
      if (error.name === "AbortError") return;
      kept = "";
      device.setItem(name, text);
      say(line.dataset.offline, false);
    } finally {
      sending = null;
    }
  };

  // Elsewhere the form overtakes what is under way; here it waits for the marks of its own words.
  const handIn = (event) => {
    if (device === localStorage || !sending) {
      if (underWay) underWay.abort();
      return;
    }
    event.preventDefault();
    const isLong = window.setTimeout(() => underWay.abort(), 5_000);
    sending.catch(() => null).then(() => {
      window.clearTimeout(isLong);
      form.requestSubmit(event.submitter);
    });
  };

  // What this device still holds is newer than what the server laid into the form.
  const handOver = async (text) => {
    const fields = new URLSearchParams(text);
    ["csrfmiddlewaretoken", "form_key"].forEach((field) => fields.set(field, form.elements[field].value));
    if (await send(fields.toString()).catch(() => false)) window.location.reload();
  };

  const held = device.getItem(name);
  if (held && kept) handOver(held);
  window.setInterval(keep, 10_000);
  form.addEventListener("submit", handIn);
  window.addEventListener("pagehide", () => {
    const text = written();
    if (isKept(text)) return;
    const isSent = navigator.onLine && navigator.sendBeacon(address, new URLSearchParams(text));
    if (!isSent) device.setItem(name, text);
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted && device === nowhere) keep(); });
});
