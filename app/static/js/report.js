// Links marked data-report open the short form in a dialog, fetched once; without a script they lead to the whole form.
// What is refused comes back into the dialog; what cannot be sent stays there as it was typed.
import { prefix } from "./prefix.js";

const dialog = document.getElementById("report");
const body = dialog?.querySelector("[data-body]");
const headers = { "X-CSRFToken": document.querySelector('meta[name="csrf-token"]')?.content ?? "", Accept: "text/html" };
let loading = null;

// "API: Major outage", from what was chosen; as long as nobody wrote another name.
function named(form) {
  const byImpact = new Map();
  for (const row of form.querySelectorAll("[data-impact]:not([hidden])")) {
    const select = row.querySelector("select");
    if (!select.value) continue;
    const impact = select.selectedOptions[0].text;
    byImpact.set(impact, [...(byImpact.get(impact) ?? []), row.querySelector("label").textContent]);
  }
  return [...byImpact].map(([impact, names]) => `${names.join(", ")}: ${impact}`).join("; ").slice(0, 250);
}

function suggest(form) {
  const { name, message, filled } = form.elements;
  const sentences = JSON.parse(form.dataset.sentences);
  let last = "";
  form.addEventListener("change", ({ target }) => {
    if (target.name === "status") {
      const said = sentences[target.value];
      if (message.value.trim() && !Object.values(sentences).includes(message.value.trim())) return;
      message.value = said;
      if (filled) filled.value = said;
    } else if (name.value.trim() === "" || name.value === last) {
      name.value = last = named(form);
    }
  });
}

async function send(form) {
  if (form.dataset.sending) return;
  form.dataset.sending = "true";
  const failed = form.querySelector("[data-unsent]");
  failed.hidden = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual", headers });
    if (answer.type === "opaqueredirect") { location.assign(form.dataset.then); return; }
    if (answer.status === 422) { put(await answer.text()); return; }
    const isJson = answer.headers.get("Content-Type")?.includes("json");
    failed.textContent = (isJson && (await answer.json()).message) || failed.dataset.unsent;
    failed.hidden = false;
  } catch {
    failed.textContent = failed.dataset.unsent;
    failed.hidden = false;
  }
  delete form.dataset.sending;
}

function put(html) {
  body.innerHTML = html;
  prefix(body, "report-");
  const form = body.querySelector("form");
  body.dispatchEvent(new Event("daymark:added", { bubbles: true }));
  suggest(form);
  form.addEventListener("submit", (event) => { event.preventDefault(); send(form); });
  (form.querySelector("[data-error-summary]") ?? form.elements.name).focus();
}

async function fill(link) {
  body.textContent = dialog.dataset.loading;
  try {
    const answer = await fetch(dialog.dataset.source, { headers });
    if (!answer.ok) throw new Error(`${answer.status}`);
    put(await answer.text());
  } catch {
    location.assign(link.href); // the whole form, or what is said instead of it
  }
}

if (dialog?.showModal) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-report]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (dialog.open) return;
    document.querySelector(":popover-open")?.hidePopover();
    dialog.showModal();
    loading ??= fill(link);
  });
  dialog.addEventListener("click", ({ target }) => target.closest("[data-close]") && dialog.close());
}
