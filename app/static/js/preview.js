// Write and Preview for Markdown fields; the server renders, so that the preview is what visitors will read.
import { post } from "./post.js";

function watch(editor) {
  const tabs = [...editor.querySelectorAll("[role=tab]")];
  const panels = tabs.map((tab) => document.getElementById(tab.getAttribute("aria-controls")));
  const text = editor.querySelector("textarea");
  const preview = panels[1];

  async function render() {
    if (!text.value.trim()) { preview.textContent = preview.dataset.empty; return; }
    preview.setAttribute("aria-busy", "true");
    try {
      const answer = await post(editor.dataset.previewUrl, new URLSearchParams({ text: text.value }));
      preview.innerHTML = await answer.text(); // cleaned by the server, as on the public page
    } catch {
      preview.textContent = preview.dataset.failed;
    }
    preview.removeAttribute("aria-busy");
  }

  function choose(index) {
    tabs.forEach((tab, i) => {
      tab.setAttribute("aria-selected", String(i === index));
      tab.tabIndex = i === index ? 0 : -1;
      panels[i].hidden = i !== index;
    });
    if (index === 1) render();
  }

  tabs.forEach((tab, index) => {
    tab.addEventListener("click", () => choose(index));
    tab.addEventListener("keydown", (event) => {
      if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
      choose(1 - index);
      tabs[1 - index].focus();
    });
  });
  text.addEventListener("invalid", () => choose(0)); // the browser must be able to point at it
  editor.querySelector("[role=tablist]").hidden = false;
}

const begin = (root) => root.querySelectorAll("[data-preview-url]").forEach(watch);
begin(document);
document.addEventListener("daymark:added", ({ target }) => begin(target));
