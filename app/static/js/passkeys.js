// Passkeys: sign in with one, and make one. What needs them stays hidden where the browser or the address knows none.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const text = (data) => btoa(String.fromCharCode(...new Uint8Array(data))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

async function send(url, body) {
  const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
  const answer = await fetch(url, { method: "POST", body: JSON.stringify(body), credentials: "same-origin", headers: { "X-CSRFToken": token, "Content-Type": "application/json" } });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(answer.status), { said: said.message });
  return said;
}

const works = (host) => window.PublicKeyCredential && (location.hostname === host || location.hostname.endsWith(`.${host}`));

// Show why it did not work: the server's words if it has any.
async function attempt(box, button, action) {
  const output = box.querySelector("[role=alert]");
  output.hidden = true;
  button.disabled = true;
  try {
    await action();
  } catch (error) {
    output.textContent = error.said || box.dataset.failed;
    output.hidden = false;
    button.disabled = false;
  }
}

async function signIn(box) {
  const options = await send(box.dataset.options, {});
  const key = await navigator.credentials.get({ publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: [] } });
  const { authenticatorData, clientDataJSON, signature, userHandle } = key.response;
  const credential = {
    id: key.id, rawId: text(key.rawId), type: key.type, clientExtensionResults: {},
    response: { authenticatorData: text(authenticatorData), clientDataJSON: text(clientDataJSON), signature: text(signature), userHandle: userHandle ? text(userHandle) : null },
  };
  const remember = document.querySelector("form [name=remember]")?.checked ?? false;
  const next = document.querySelector("form [name=next]")?.value ?? null;
  location.assign((await send(box.dataset.passkeySignIn, { credential, remember, next })).url);
}

async function make(form) {
  const options = await send(form.dataset.options, { name: form.elements.name.value, present: form.elements.present.value });
  const key = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: (options.excludeCredentials ?? []).map((each) => ({ ...each, id: bytes(each.id) })),
    },
  });
  const { attestationObject, clientDataJSON } = key.response;
  const credential = {
    id: key.id, rawId: text(key.rawId), type: key.type, clientExtensionResults: {},
    response: { attestationObject: text(attestationObject), clientDataJSON: text(clientDataJSON), transports: key.response.getTransports?.() ?? [] },
  };
  location.assign((await send(form.dataset.passkeyMake, { credential, name: form.elements.name.value })).url);
}

for (const box of document.querySelectorAll("[data-passkey-sign-in]")) {
  const button = box.querySelector("button");
  box.hidden = !works(box.dataset.host);
  button.addEventListener("click", () => attempt(box, button, () => signIn(box)));
}

for (const form of document.querySelectorAll("form[data-passkey-make]")) {
  const able = works(form.dataset.host);
  form.hidden = !able;
  const instead = document.querySelector("[data-no-passkeys]");
  if (instead) instead.hidden = able;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(form, form.querySelector("button[type=submit]"), () => make(form));
  });
}
