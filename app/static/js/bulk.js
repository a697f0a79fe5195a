// What is chosen in a list, for the form that acts on it: counts it, and keeps the form out of the way of one row.
const bulk = document.getElementById("bulk");
if (bulk) {
  const boxes = [...document.querySelectorAll('input[form="bulk"][name="ids"]')];
  const count = bulk.querySelector("[data-count]"), all = bulk.querySelector("[data-pick-all]");
  const [pick, drop] = all.dataset.words.split("|");
  const tell = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    bulk.classList.toggle("resting", !chosen);
    count.textContent = count.dataset.count.replace("#", chosen.toLocaleString(document.documentElement.lang));
    all.textContent = chosen === boxes.length ? drop : pick;
    bulk.querySelectorAll("select, [type=submit], [name=notify]").forEach((field) => { field.disabled = !chosen; });
  };
  all.hidden = false;
  all.addEventListener("click", () => {
    const seen = boxes.filter((box) => !box.closest("[hidden]")); // what was not found is not meant
    const wanted = seen.some((box) => !box.checked);
    seen.forEach((box) => { box.checked = wanted; });
    tell();
  });
  document.addEventListener("change", ({ target }) => boxes.includes(target) && tell());
  addEventListener("pageshow", tell);
  tell();
}
