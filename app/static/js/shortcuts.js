// Single keys: ? n / and g with another. Never while something is typed or chosen, and not at all where they are
// switched off (WCAG 2.1.4). Ctrl+K belongs to palette.js and works always.
const dialog = document.getElementById("shortcuts");
const box = dialog?.querySelector("[data-keys-on]");
const PAUSE = 1500;
let off = false, before = -PAUSE;
try { off = localStorage.getItem("keys") === "off"; } catch { /* private mode: for this page only */ }

const busy = (target) => target.closest?.("input, select, textarea, [contenteditable], [role=combobox], [role=textbox]") || document.querySelector("dialog[open], :popover-open");
const go = { n: () => document.querySelector("a[data-report]")?.click(), "?": () => dialog.showModal(), "/": () => document.querySelector("main input[type=search]")?.focus() };

if (dialog?.showModal) {
  box.checked = !off;
  box.addEventListener("change", () => {
    off = !box.checked;
    try { localStorage.setItem("keys", off ? "off" : "on"); } catch { /* as above */ }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-shortcuts-open]")) {
      event.preventDefault();
      document.querySelector(":popover-open")?.hidePopover();
      dialog.showModal();
    } else if (event.target === dialog || (dialog.contains(event.target) && event.target.closest("[data-close]"))) dialog.close();
  });
  document.addEventListener("keydown", (event) => {
    if (off || event.defaultPrevented || event.isComposing || event.repeat || event.ctrlKey || event.metaKey || event.altKey || busy(event.target)) return;
    const isSecond = event.timeStamp - before < PAUSE;
    before = -PAUSE;
    if (isSecond) {
      const link = /^[a-z]$/.test(event.key) && document.querySelector(`.side nav a[data-go="${event.key}"]`);
      if (!link) return;
      event.preventDefault();
      link.click();
    } else if (event.key === "g") {
      before = event.timeStamp;
    } else if (Object.hasOwn(go, event.key)) {
      event.preventDefault();
      go[event.key]();
    }
  });
}
