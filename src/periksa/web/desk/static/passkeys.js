// Passkeys: the browser asks the device, and a form carries what it says. Without this file the forms stay hidden.

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const named = (list = []) => list.map((each) => ({ ...each, id: toBytes(each.id) }));

function read(options) {
  const publicKey = { ...options, challenge: toBytes(options.challenge) };
  if (options.user) publicKey.user = { ...options.user, id: toBytes(options.user.id) };
  if (options.excludeCredentials) publicKey.excludeCredentials = named(options.excludeCredentials);
  if (options.allowCredentials) publicKey.allowCredentials = named(options.allowCredentials);
  return { publicKey };
}

function written(made) {
  const response = {};
  for (const key of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (made.response[key]) response[key] = toText(made.response[key]);
  }
  return JSON.stringify({ id: made.id, rawId: toText(made.rawId), type: made.type, response });
}

async function ask(form) {
  const answer = await fetch(`${form.action}/options`, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  const options = await answer.json();
  if (!answer.ok) throw new Error(options.trouble);
  return options;
}

async function submit(form, trouble) {
  let options;
  trouble.hidden = true;
  try {
    options = await ask(form);
  } catch (error) {
    return tell(trouble, error instanceof SyntaxError || error instanceof TypeError ? "" : error.message);
  }
  try {
    form.elements.credential.value = written(await navigator.credentials[form.dataset.passkey](read(options)));
  } catch {
    return tell(trouble);
  }
  if (form.elements.password) form.elements.password.disabled = true; // it is proved, and goes no further
  form.submit();
}

function tell(trouble, sentence) {
  trouble.textContent = sentence || trouble.dataset.trouble;
  trouble.hidden = false;
}

for (const form of window.PublicKeyCredential ? document.querySelectorAll("form[data-passkey]") : []) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(form, form.querySelector("[data-trouble]"));
  });
}
