// The wizard shows one step at a time; a step is left only when its own fields are valid.
const form = document.querySelector("form[data-steps]");

if (form) {
  const parts = [...form.querySelectorAll("[data-step]")];
  const marks = [...document.querySelectorAll(".steps > li")];

  const show = (index) => {
    parts.forEach((part, i) => { part.hidden = i !== index; });
    marks.forEach((mark, i) => {
      mark.classList.toggle("done", i < index);
      if (i === index) mark.setAttribute("aria-current", "step");
      else mark.removeAttribute("aria-current");
    });
  };
  const go = (index) => {
    show(index);
    parts[index].querySelector("input:not([type=hidden]), select, textarea")?.focus({ preventScroll: true });
    scrollTo({ top: 0 });
  };
  const holder = (element) => parts.findIndex((part) => part.contains(element));

  form.noValidate = true; // the browser cannot point at a field of a hidden step: we lead there first
  form.addEventListener("submit", (event) => {
    const wrong = form.querySelector("input:invalid, select:invalid, textarea:invalid");
    if (!wrong || event.submitter?.formNoValidate) return;
    event.preventDefault();
    show(holder(wrong));
    wrong.reportValidity();
  });
  form.addEventListener("click", (event) => {
    const here = holder(event.target);
    if (event.target.closest("[data-back]")) go(here - 1);
    if (!event.target.closest("[data-next]")) return;
    const wrong = parts[here].querySelector("input:invalid, select:invalid, textarea:invalid");
    if (wrong) wrong.reportValidity();
    else go(here + 1);
  });
  form.addEventListener("keydown", (event) => {
    const next = event.key === "Enter" && event.target.matches("input") && parts[holder(event.target)]?.querySelector("[data-next]");
    if (next) { event.preventDefault(); next.click(); }
  });
  document.querySelector("[data-error-summary]")?.addEventListener("click", (event) => {
    const field = event.target.closest("a") && document.getElementById(event.target.closest("a").hash.slice(1));
    if (field) { event.preventDefault(); show(holder(field)); field.focus(); }
  });

  form.querySelectorAll("[data-next], [data-back]").forEach((button) => { button.hidden = false; });
  show(Math.max(0, holder(form.querySelector("[aria-invalid=true]"))));
}
