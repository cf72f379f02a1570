// How does a passkey prove who is here? Its part of the page appears where the browser can do it. The
// challenge comes with the page or, for a signature, fresh from its address; the answer goes into the
// form's hidden field. A form of its own is sent at once; part of a larger one waits for its button.
"use strict";

const toBytes = (text) => Uint8Array.from(
  atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0),
);
const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const known = (key) => ({ ...key, id: toBytes(key.id) });

const readOptions = async (source) => {
  const told = source.startsWith("#")
    ? JSON.parse(document.querySelector(source).textContent)
    : await (await fetch(source, { headers: { Accept: "application/json" } })).json();
  return told.creation_options || told.request_options;
};

const asAsked = ({ publicKey }, passwordless) => {
  const asked = { ...publicKey, challenge: toBytes(publicKey.challenge) };
  if (asked.user) asked.user = known(asked.user);
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    if (asked[list]) asked[list] = asked[list].map(known);
  }
  if (asked.authenticatorSelection) {
    Object.assign(asked.authenticatorSelection, {
      residentKey: passwordless ? "required" : "discouraged",
      requireResidentKey: passwordless,
      userVerification: passwordless ? "required" : "preferred",
    });
  }
  return { publicKey: asked };
};

const asAnswered = (credential) => {
  const { response } = credential;
  const answered = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[part]) answered[part] = toText(response[part]);
  }
  if (response.getTransports) answered.transports = response.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: answered,
  });
};

document.querySelectorAll("[data-passkey]").forEach((part) => {
  if (!window.PublicKeyCredential) return;
  const form = part.closest("form");
  const says = (name, is) => {
    const sentence = part.querySelector(`[data-passkey-${name}]`);
    if (sentence) sentence.hidden = !is;
  };
  part.hidden = false;
  part.querySelector("[data-passkey-button]").addEventListener("click", async () => {
    says("failed", false);
    says("read", false);
    try {
      const passwordless = Boolean(form.elements.passwordless?.checked);
      const options = asAsked(await readOptions(part.dataset.options), passwordless);
      form.elements.credential.value = asAnswered(await navigator.credentials[part.dataset.passkey](options));
    } catch {
      says("failed", true);
      return;
    }
    if (part === form) form.submit();
    else says("read", true);
  });
});
