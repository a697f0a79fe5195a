// Loaded before the page is drawn, so that a chosen theme does not flash; hence a classic script and not a module.
(() => {
  const themes = ["system", "light", "dark"];
  const read = () => { try { return localStorage.getItem("theme") || "system"; } catch { return "system"; } };
  const apply = (theme) => {
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  };
  apply(read());

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("[data-theme-toggle]");
    if (!button) return;
    const words = button.dataset.words.split("|");
    const show = (theme) => { button.textContent = words[themes.indexOf(theme)] ?? words[0]; };
    show(read());
    button.parentElement.hidden = false;
    button.addEventListener("click", () => {
      const next = themes[(themes.indexOf(read()) + 1) % themes.length];
      try { localStorage.setItem("theme", next); } catch { /* private mode: for this page only */ }
      apply(next);
      show(next);
    });
  });
})();
