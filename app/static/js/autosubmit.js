// A quick select saves as soon as something is chosen with the pointer. With the keyboard every arrow key is a choice, so
// there the Save button appears and waits.
for (const form of document.querySelectorAll("form[data-autosubmit]")) {
  const save = form.querySelector("[type=submit]");
  let keyboard = false;
  save.hidden = true;
  form.addEventListener("pointerdown", () => { keyboard = false; });
  form.addEventListener("keydown", () => { keyboard = true; });
  form.addEventListener("change", () => {
    save.hidden = !keyboard;
    if (!keyboard) form.requestSubmit();
  });
}
