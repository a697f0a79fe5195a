// Ctrl+K: go to any page or thing by name, report, set a component's status, sign out. A combobox with a listbox: the
// focus stays in the field, aria-activedescendant walks. Pages are the links that the server drew for this member.
const dialog = document.getElementById("palette");
const [input, list, said, words, form, more] = ["input", "ul", "[role=status]", ".palette-none", "form", "template"].map((part) => dialog?.querySelector(part));
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
let shown = [], active = 0, asked = 0, timer, within = null; // within: the component whose status is being chosen

function ofLink(link) {
  return { name: [...link.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join("").trim(), kind: link.dataset.kind === "action" ? words.dataset.action : words.dataset.page, run: () => follow(link) };
}

function follow(link) {
  if (link.matches("[data-sign-out]")) document.querySelector("form[data-sign-out]").requestSubmit();
  else if (link.matches("[data-report]")) document.querySelector("a[data-report]").click();
  else if (link.matches("[data-shortcuts-open]")) document.querySelector("button[data-shortcuts-open]").click();
  else location.assign(link.href);
}

const own = () => [...more.content.querySelectorAll("a[data-kind]"), ...document.querySelectorAll(".side nav a"), ...more.content.querySelectorAll("a:not([data-kind])")].map(ofLink);

function ofFound(found) {
  const items = [{ ...found, run: () => location.assign(found.url) }];
  if (found.statuses && form) items.push({ name: words.dataset.status.replace("#", found.name), kind: words.dataset.action, state: found.state, stays: true, run: () => choose(found) });
  return items;
}

function choose(found) {
  within = found;
  input.value = "";
  look();
}

function say(status) {
  form.action = within.action;
  form.elements.status.value = status;
  form.requestSubmit();
}

function mark(index) {
  active = Math.max(0, Math.min(index, shown.length - 1));
  [...list.children].forEach((one, i) => one.setAttribute("aria-selected", String(i === active)));
  const here = list.children[active];
  if (here) { input.setAttribute("aria-activedescendant", here.id); here.scrollIntoView({ block: "nearest" }); } else input.removeAttribute("aria-activedescendant");
}

function draw(items, keep = 0) {
  shown = items;
  list.replaceChildren(...items.map((item, i) => {
    const line = Object.assign(document.createElement("li"), { id: `palette-${i}`, role: "option" });
    const name = Object.assign(document.createElement("span"), { textContent: item.name });
    const rest = Object.assign(document.createElement("small"), { textContent: [item.kind, item.state].filter(Boolean).join(" · ") });
    line.append(name, rest);
    return line;
  }));
  list.hidden = !items.length;
  words.hidden = items.length > 0;
  words.textContent = words.dataset.none;
  input.setAttribute("aria-expanded", String(items.length > 0));
  said.textContent = items.length ? said.dataset.count.replace("#", items.length) : words.dataset.none;
  mark(keep);
}

const fitting = (items) => { const wanted = plain(input.value).split(/\s+/).filter(Boolean); return items.filter(({ name }) => wanted.every((word) => plain(name).includes(word))); };

function look() {
  clearTimeout(timer);
  const mine = ++asked, text = input.value.trim();
  if (within) { draw(fitting(within.statuses.map(({ value, name }) => ({ name, kind: words.dataset.status.replace("#", within.name), run: () => say(value) })))); return; }
  const pages = fitting(own());
  draw(pages);
  if (!text) return;
  timer = setTimeout(async () => {
    try {
      const answer = await fetch(`${dialog.dataset.source}?${new URLSearchParams({ q: text })}`, { headers: { Accept: "application/json", "X-CSRFToken": "" } });
      if (!answer.ok) throw new Error(`${answer.status}`);
      const { items } = await answer.json();
      if (mine === asked) draw([...pages, ...items.flatMap(ofFound)], active);
    } catch {
      if (mine === asked) said.textContent = said.dataset.failed;
    }
  }, 120);
}

function run(index) {
  const item = shown[index];
  if (!item) return;
  if (!item.stays) dialog.close();
  item.run();
}

function open() {
  document.querySelector(":popover-open")?.hidePopover();
  within = null;
  input.value = "";
  dialog.showModal();
  input.focus();
  look();
}

if (dialog?.showModal) {
  if (/Mac|iP/.test(navigator.platform)) for (const key of document.querySelectorAll("[data-palette-open] kbd")) key.textContent = "⌘ K";
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase?.() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || document.querySelector("dialog[open]:not(#palette)")) return;
    event.preventDefault();
    if (dialog.open) dialog.close(); else open();
  });
  document.addEventListener("click", (event) => event.target.closest?.("[data-palette-open]") && open());
  input.addEventListener("input", look);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && shown.length) { event.preventDefault(); mark((active + step + shown.length) % shown.length); }
    else if (event.key === "Enter") { event.preventDefault(); run(active); }
    else if (event.key === "Backspace" && within && !input.value) { within = null; look(); }
  });
  list.addEventListener("pointermove", ({ target }) => { const one = target.closest("li"); if (one && one.getAttribute("aria-selected") !== "true") mark([...list.children].indexOf(one)); });
  list.addEventListener("click", ({ target }) => { const one = target.closest("li"); if (one) run([...list.children].indexOf(one)); });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
}
