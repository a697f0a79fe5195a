// Links marked data-confirm ask in the layout's dialog instead of leading to a page that asks.
const dialog = document.getElementById("confirm");

if (dialog?.showModal) {
  const [form, question, detail] = ["form", "h2", "p"].map((part) => dialog.querySelector(part));
  dialog.querySelector("[value=cancel]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-confirm]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    form.action = link.dataset.action;
    question.textContent = link.dataset.question;
    detail.textContent = link.dataset.detail;
    detail.hidden = !link.dataset.detail;
    form.querySelector("[type=submit]").textContent = link.dataset.label;
    dialog.showModal();
  });
}
