// Finds components by name and shows only those with problems. What is typed is kept for the visit and no longer.
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const box = () => document.querySelector("[data-filter]");
const forced = new Set(); // folded groups that were opened to show what was found

function apply() {
  const form = box();
  if (!form) return;
  const [words, only] = [form.elements.words.value, form.elements.problems.checked];
  const wanted = plain(words).split(/\s+/).filter(Boolean), active = only || wanted.length > 0;
  let found = 0, all = 0;
  for (const group of document.querySelectorAll(".groups > .group")) {
    const name = plain(group.querySelector(":scope > summary .group-name, :scope > .group-head")?.textContent ?? "");
    let here = 0;
    for (const one of group.querySelectorAll(".component")) {
      const text = `${name} ${plain(one.querySelector(".component-line :is(h3, h4)").textContent)} ${plain(one.querySelector(".component-text")?.textContent ?? "")}`;
      const fits = wanted.every((word) => text.includes(word)) && !(only && one.querySelector(".component-line .state.ok"));
      one.hidden = !fits;
      here += fits;
      all += 1;
    }
    found += here;
    group.hidden = active && !here;
    if (group.localName !== "details") continue;
    if (active && here && !group.open) forced.add(group), (group.open = true);
    else if (!active && forced.delete(group)) group.open = false;
  }
  const said = form.querySelector("[role=status]"), { count, none, calm } = said.dataset;
  const text = !active ? "" : found ? count.replace("#", found) : wanted.length ? none : calm;
  if (said.textContent !== text) said.textContent = text;
  try { sessionStorage.setItem("filter", JSON.stringify([words, only])); } catch { /* private mode */ }
}

if (box()) {
  const { words, problems } = box().elements;
  try { [words.value, problems.checked] = JSON.parse(sessionStorage.getItem("filter")) ?? ["", false]; } catch { /* as above */ }
  if (words.value || problems.checked) apply();
  const mine = ({ target }) => target.form && target.form === box() && apply();
  document.addEventListener("input", mine);
  document.addEventListener("change", mine);
  document.addEventListener("submit", (event) => event.target === box() && event.preventDefault());
  // What an address leads to is shown, whatever was looked for.
  const seek = () => {
    if (!document.getElementById(location.hash.slice(1))?.closest(".groups [hidden]")) return;
    box().reset();
    apply();
  };
  addEventListener("hashchange", seek);
  seek();
  document.addEventListener("daymark:swapped", apply);
}
