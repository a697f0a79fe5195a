// The wizard shows one step at a time; a step is left only when the server finds nothing wrong in it.
const form = document.querySelector("form[data-steps]");

if (form) {
  const parts = [...form.querySelectorAll("[data-step]")];
  const marks = [...document.querySelectorAll(".steps > li")];
  const trouble = form.querySelector("[data-trouble]");
  let checked = false, busy = false;

  const show = (index) => {
    parts.forEach((part, i) => { part.hidden = i !== index; });
    marks.forEach((mark, i) => {
      mark.classList.toggle("done", i < index);
      if (i === index) mark.setAttribute("aria-current", "step");
      else mark.removeAttribute("aria-current");
    });
  };
  const go = (index) => {
    // The browser's own Back leads to the step before, not out of the wizard with all that was typed.
    history.pushState({ step: index }, "");
    show(index);
    parts[index].querySelector("input:not([type=hidden], [readonly], [disabled]), select:not([disabled])")?.focus({ preventScroll: true });
    scrollTo({ top: 0 });
  };
  const holder = (element) => parts.findIndex((part) => part.contains(element));
  const describe = (field, id, wrong) => {
    const ids = new Set((field.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
    if (wrong) ids.add(id);
    else ids.delete(id);
    if (ids.size) field.setAttribute("aria-describedby", [...ids].join(" "));
    else field.removeAttribute("aria-describedby");
    if (wrong && field.matches("input, select")) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  };

  // The same as the macro field() writes for a page that was refused.
  function mark(errors) {
    for (const old of form.querySelectorAll(".field > .error, .check > .error")) {
      describe(document.getElementById(old.id.replace(/-error$/, "")), old.id, false);
      old.remove();
    }
    for (const [name, sentence] of Object.entries(errors)) {
      const field = document.getElementById(name), text = document.createElement("p");
      Object.assign(text, { className: "error", id: `${name}-error` });
      text.append(form.querySelector("template[data-error]").content.cloneNode(true));
      text.querySelector("span").textContent = sentence;
      field.closest(".field, .check").append(text);
      describe(field, text.id, true);
    }
    const first = form.querySelector(Object.keys(errors).map((name) => `#${name}`).join() || ":not(*)");
    if (first) { show(holder(first)); first.focus(); }
  }

  async function passes(index) {
    if (busy) return false;
    busy = true;
    let errors;
    try {
      const answer = await fetch(parts[index].dataset.checkUrl, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
      if (answer.status === 409) { form.submit(); return false; } // set up elsewhere meanwhile: the server's page says so
      if (answer.ok) ({ errors } = await answer.json());
    } catch { /* no answer: said below */ }
    busy = false;
    trouble.hidden = Boolean(errors);
    trouble.textContent = errors ? "" : form.dataset.failed;
    if (errors) mark(errors);
    return Boolean(errors) && Object.keys(errors).length === 0;
  }

  form.noValidate = true; // the browser cannot point at a field of a hidden step: we lead there
  form.addEventListener("submit", async (event) => {
    if (checked) return;
    event.preventDefault();
    if (!await passes(parts.length - 1)) return;
    checked = true;
    form.requestSubmit(event.submitter);
  });
  addEventListener("pageshow", () => { checked = false; });
  addEventListener("popstate", (event) => show(event.state?.step ?? 0));
  form.addEventListener("click", async (event) => {
    const here = holder(event.target);
    if (event.target.closest("[data-back]")) go(here - 1);
    if (event.target.closest("[data-next]") && await passes(here)) go(here + 1);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("input")) return;
    const button = event.target.closest(".test-mail")?.querySelector("button") ?? parts[holder(event.target)]?.querySelector("[data-next]");
    if (button) { event.preventDefault(); button.click(); }
  });
  document.querySelector("[data-error-summary]")?.addEventListener("click", (event) => {
    const field = event.target.closest("a") && document.getElementById(event.target.closest("a").hash.slice(1));
    if (field) { event.preventDefault(); show(holder(field)); field.focus(); }
  });

  form.querySelectorAll("[data-next], [data-back]").forEach((button) => { button.hidden = false; });
  show(Math.max(0, holder(form.querySelector("[aria-invalid=true]"))));
}
