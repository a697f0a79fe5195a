// A double click posts once. The button is disabled a moment later: at once would drop its own name and value.
const buttons = (form) => form.querySelectorAll("button:not([type=button])");

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "true";
  setTimeout(() => buttons(form).forEach((button) => { button.disabled = true; }));
});

// Coming back with the Back button shows the page as it was left.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    buttons(form).forEach((button) => { button.disabled = false; });
  }
});
