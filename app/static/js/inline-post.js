// A button that tries something with the form's values ("send a test mail") and shows the answer beside it.
for (const button of document.querySelectorAll("button[data-inline]")) {
  const output = button.parentElement.querySelector("output");
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    button.disabled = true;
    output.textContent = "…";
    output.className = "result";
    try {
      const answer = await fetch(button.formAction, { method: "POST", body: new FormData(button.form), headers: { Accept: "application/json" } });
      const said = await answer.json();
      output.textContent = said.message;
      output.classList.add(said.ok ? "ok" : "major");
    } catch {
      output.textContent = button.dataset.failed;
      output.classList.add("major");
    }
    button.disabled = false;
  });
  // Enter in a field that is there for this button alone must not save the form.
  button.closest(".trial")?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("input")) return;
    event.preventDefault();
    button.click();
  });
}
