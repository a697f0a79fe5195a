// The incident form lists every component; show only those with an impact, and a select to add another.
for (const box of document.querySelectorAll("[data-impacts]")) {
  const add = box.parentElement.querySelector("[data-impact-add]");
  if (!add) continue;
  const rows = [...box.querySelectorAll("[data-impact]")];
  const choice = (row) => row.querySelector("select");

  function refresh() {
    add.length = 1; // the first option is the select's own label
    for (const row of rows.filter((r) => r.hidden)) add.add(new Option(row.querySelector("label").textContent, rows.indexOf(row)));
    add.hidden = add.length === 1;
  }

  add.addEventListener("change", () => {
    const row = rows[add.value];
    if (!row) return;
    row.hidden = false;
    if (choice(row).options.length > 1) choice(row).selectedIndex = 1;
    refresh();
    choice(row).focus();
  });
  for (const row of rows) row.hidden = !choice(row).value;
  refresh();
}
