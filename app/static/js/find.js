// A field above a list that stands there as a whole: only what has the typed words in its name is shown.
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

for (const field of document.querySelectorAll("[data-find]")) {
  const said = field.parentElement.querySelector("[role=status]");
  const rows = [...field.closest(field.dataset.find).querySelectorAll(".list > li")];
  const names = rows.map((row) => plain(row.querySelector(".name").textContent));
  const apply = () => {
    const wanted = plain(field.value).split(/\s+/).filter(Boolean);
    rows.forEach((row, i) => { row.hidden = !wanted.every((word) => names[i].includes(word)); });
    for (const panel of new Set(rows.map((row) => row.closest(".panel")))) {
      if (!panel.contains(field)) panel.hidden = !panel.querySelector(".list > li:not([hidden])");
    }
    said.textContent = wanted.length ? said.dataset.count.replace("#", rows.filter((row) => !row.hidden).length) : "";
  };
  field.addEventListener("input", apply);
  // What the browser filled in again when somebody came back counts, too.
  addEventListener("pageshow", () => field.value && apply());
}
