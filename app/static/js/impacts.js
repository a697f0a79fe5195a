// The incident form lists every component; show only those with an impact, and a select to add another. In a dialog the
// select offers component and impact in one.
function begin(root) {
  for (const box of root.querySelectorAll("[data-impacts]")) watch(box);
}

function watch(box) {
  const add = box.parentElement.querySelector("[data-impact-add]");
  if (!add) return;
  const rows = [...box.querySelectorAll("[data-impact]")];
  const choice = (row) => row.querySelector("select");
  const name = (row) => row.querySelector("label").textContent;
  const impacts = (row) => [...choice(row).options].filter((option) => option.value);
  const both = Boolean(box.closest("dialog"));

  function offers(row) {
    const at = rows.indexOf(row);
    return both ? impacts(row).map((option) => new Option(`${name(row)}: ${option.text}`, `${at} ${option.value}`)) : [new Option(name(row), at)];
  }

  function refresh() {
    add.length = 1; // the first option is the select's own label
    add.append(...rows.filter((row) => row.hidden).flatMap(offers));
    add.hidden = add.length === 1;
  }

  add.addEventListener("change", () => {
    const [at, impact] = add.value.split(" ");
    const row = rows[at];
    if (!row) return;
    row.hidden = false;
    if (impact) choice(row).value = impact;
    else if (choice(row).options.length > 1) choice(row).selectedIndex = 1;
    refresh();
    choice(row).focus();
    choice(row).dispatchEvent(new Event("change", { bubbles: true }));
  });

  function show() {
    for (const row of rows) row.hidden = !choice(row).value;
    refresh();
  }
  box.closest("form")?.addEventListener("daymark:restored", show);
  show();
}

begin(document);
document.addEventListener("daymark:added", ({ target }) => begin(target));
