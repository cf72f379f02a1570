// What if the session ends, the net is gone or the page is left? A form with a key is kept while it is
// typed: by the server every ten seconds, by this device as long as there is no way to the server.
"use strict";

document.querySelectorAll("[data-keep]").forEach((key) => {
  const { form, dataset: { keep: address, keepName: name } } = key;
  const line = document.querySelector(`[data-keep-says="${CSS.escape(name)}"]`);
  const [words, signIn] = line.children;
  let underWay = null;

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
    signIn.hidden = !isOut;
  };

  const send = async (text) => {
    underWay = new AbortController();
    const answer = await fetch(address, {
      method: "POST", body: new URLSearchParams(text), redirect: "manual", signal: underWay.signal,
    });
    // A plain sentence is our own answer; anything else (an expired token, a fault) kept nothing.
    const isOurs = (answer.headers.get("Content-Type") || "").startsWith("text/plain");
    if (isOurs) localStorage.removeItem(name);
    else localStorage.setItem(name, text);
    say(isOurs ? await answer.text() : line.dataset.refused, answer.status === 401);
    return answer.ok && isOurs;
  };

  const isKept = (text) => text === kept || form.dataset.sending;

  const keep = async () => {
    const text = written();
    if (isKept(text)) return;
    kept = text;
    try {
      await send(text);
    } catch (error) {
      if (error.name === "AbortError") return;
      kept = "";
      localStorage.setItem(name, text);
      say(line.dataset.offline, false);
    }
  };

  // What this device still holds is newer than what the server laid into the form.
  const handOver = async (text) => {
    const fields = new URLSearchParams(text);
    ["csrfmiddlewaretoken", "form_key"].forEach((field) => fields.set(field, form.elements[field].value));
    if (await send(fields.toString()).catch(() => false)) window.location.reload();
  };

  const held = localStorage.getItem(name);
  if (held && kept) handOver(held);
  window.setInterval(keep, 10_000);
  form.addEventListener("submit", () => { if (underWay) underWay.abort(); });
  window.addEventListener("pagehide", () => {
    const text = written();
    if (isKept(text)) return;
    const isSent = navigator.onLine && navigator.sendBeacon(address, new URLSearchParams(text));
    if (!isSent) localStorage.setItem(name, text);
  });
});
