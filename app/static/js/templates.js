// Starting from a template without leaving the page, and the preview beside a template's text.
import { post } from "./post.js";
import { prefix } from "./prefix.js";

function watch(picker) {
  const part = picker.querySelector("[data-part]");
  const said = picker.querySelector("[role=status]");
  const text = document.getElementById(picker.dataset.templatePicker);
  const form = picker.closest("form");

  // Enter in another field must send the form, not fill it in.
  const tame = () => { part.querySelector("button[name=fill]").type = "button"; };

  async function fill() {
    const fields = new FormData(form);
    fields.set("fill", "y");
    said.textContent = "";
    try {
      const answer = await (await post(form.getAttribute("action") || location.href, fields, { Accept: "application/json" })).json();
      part.innerHTML = answer.part;
      if (picker.closest("#report")) prefix(part, "report-");
      tame();
      if (answer.message !== null) {
        text.value = answer.message;
        text.dispatchEvent(new Event("input", { bubbles: true }));
        said.textContent = picker.dataset.filled;
      } else {
        (part.querySelector("input:not([type=hidden])") ?? part.querySelector("select")).focus();
      }
    } catch {
      said.textContent = picker.dataset.failed;
    }
  }

  part.addEventListener("change", (event) => { if (event.target.name === "template" && event.target.value) fill(); });
  part.addEventListener("click", (event) => { if (event.target.closest("button[name=fill]")) { event.preventDefault(); fill(); } });
  part.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    fill();
  });
  tame();
}

const begin = (root) => root.querySelectorAll("[data-template-picker]").forEach(watch);
begin(document);
document.addEventListener("daymark:added", ({ target }) => begin(target));

for (const preview of document.querySelectorAll("[data-template-preview]")) {
  const form = document.getElementById("template-form");
  const body = form.elements.body;
  let waiting = 0;
  let asked = 0;

  async function render() {
    const mine = ++asked;
    const focused = document.activeElement?.id;
    const place = document.activeElement?.selectionStart;
    try {
      const words = await (await post(preview.dataset.templatePreview, new FormData(form))).text();
      if (mine !== asked) return; // something was typed meanwhile
      const within = preview.contains(document.activeElement);
      preview.innerHTML = words; // the Markdown in it was cleaned by the server
      const again = within && document.getElementById(focused);
      if (again) { again.focus(); again.setSelectionRange(place, place); }
    } catch {
      preview.textContent = preview.dataset.failed;
    }
  }

  const soon = () => { clearTimeout(waiting); waiting = setTimeout(render, 300); };
  body.addEventListener("input", soon);
  preview.addEventListener("input", soon);
  preview.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target.tagName === "INPUT") event.preventDefault(); });
  form.querySelector("button[name=preview]").hidden = true;
}
