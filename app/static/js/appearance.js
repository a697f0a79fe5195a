// Settings of appearance: colours are picked and shown at once, and files that are too large are not sent.
import { post } from "./post.js";

const colours = document.querySelector("[data-shades-url]");
if (colours) {
  const samples = colours.querySelector(".samples");
  const fields = [...colours.querySelectorAll("[data-ours]")];
  let timer, asked = 0;

  async function show() {
    const mine = ++asked;
    let told;
    try {
      told = await (await post(colours.dataset.shadesUrl, new URLSearchParams(new FormData(colours)))).json();
    } catch {
      return; // saving says the same
    }
    if (mine !== asked) return; // an older question answered late
    for (const field of fields) {
      const { error, note, shades } = told[field.name];
      const line = colours.querySelector(`[data-told="${field.name}"]`);
      if (line.textContent !== (error || note)) line.textContent = error || note;
      line.classList.toggle("wrong", Boolean(error));
      for (const [name, value] of Object.entries(shades)) samples.style.setProperty(name, value);
    }
    samples.toggleAttribute("data-accent", Boolean(colours.elements.color_accent.value));
  }

  for (const field of fields) {
    const picker = Object.assign(document.createElement("input"), { type: "color", ariaLabel: field.dataset.pick });
    const match = () => (picker.value = /^#[0-9a-f]{6}$/i.test(field.value.trim()) ? field.value.trim() : field.dataset.ours);
    match();
    const both = document.createElement("div");
    both.className = "with-picker";
    field.replaceWith(both);
    both.append(field, picker);
    const soon = () => { clearTimeout(timer); timer = setTimeout(show, 150); };
    picker.addEventListener("input", () => { field.value = picker.value; soon(); });
    field.addEventListener("input", () => { match(); soon(); });
  }
}

for (const form of document.querySelectorAll("[data-too-large]")) {
  const note = form.querySelector("[data-too-large-note]");
  const size = () => [...form.querySelectorAll("[type=file]")].flatMap((input) => [...input.files]).reduce((sum, file) => sum + file.size, 0);
  const check = () => {
    const isTooLarge = size() > +form.dataset.most;
    note.hidden = !isTooLarge;
    note.textContent = isTooLarge ? form.dataset.tooLarge : "";
    return isTooLarge;
  };
  form.addEventListener("change", check);
  // Before the button is switched off as if something were on its way.
  form.addEventListener("submit", (event) => { if (check()) { event.preventDefault(); event.stopImmediatePropagation(); } }, true);
}
