// A button that copies the address of an update, and folds that open for what an address leads to.
const model = document.querySelector("template[data-copy-link]");

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch { // pages without TLS have no clipboard
    const field = Object.assign(document.createElement("textarea"), { value: text, readOnly: true });
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
  return true;
}

function add() {
  for (const link of document.querySelectorAll("a.permalink")) {
    if (!link.nextElementSibling?.matches(".copy")) link.after(model.content.cloneNode(true));
  }
}

function reveal() {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  let closed = false;
  for (let fold = target && target.closest("details"); fold; fold = fold.parentElement.closest("details")) {
    closed ||= !fold.open;
    fold.open = true;
  }
  if (closed) target.scrollIntoView();
}

if (model) {
  document.addEventListener("click", async ({ target }) => {
    const button = target.closest?.("button.copy");
    if (!button) return;
    const link = button.previousElementSibling, said = button.nextElementSibling;
    const done = await copy(link.href);
    button.focus(); // the other way of copying takes it
    if (!done) return (location.href = link.href);
    said.textContent = button.dataset.copied;
    setTimeout(() => { said.textContent = ""; }, 2000);
  });
  document.addEventListener("daymark:swapped", add);
  add();
}
addEventListener("hashchange", reveal);
reveal();
