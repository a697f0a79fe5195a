// Loaded before the page is drawn, so that a chosen theme does not flash; hence a classic script and not a module.
(() => {
  const themes = ["system", "light", "dark"];
  const page = document.documentElement;
  let chosen; // for this page only, where nothing may be stored
  const first = page.dataset.themeFirst || "system"; // the operator's, for those who chose none
  const read = () => { try { return localStorage.getItem("theme") || first; } catch { return chosen || first; } };

  function apply() {
    const theme = themes.includes(read()) ? read() : first;
    if (theme === "system") delete page.dataset.theme;
    else page.dataset.theme = theme;
    const metas = (name) => document.querySelectorAll(`meta[name="${name}"]`);
    for (const meta of metas("color-scheme")) meta.content = theme === "system" ? "light dark" : theme;
    metas("theme-color").forEach((meta, i) => {
      meta.media = theme === "system" ? `(prefers-color-scheme: ${themes[i + 1]})` : theme === themes[i + 1] ? "all" : "not all";
    });
    for (const button of document.querySelectorAll("[data-theme-toggle]")) button.textContent = button.dataset.words.split("|")[themes.indexOf(theme)];
    for (const select of document.querySelectorAll("[data-theme-choice]")) select.value = theme;
    return theme;
  }
  function choose(theme) {
    chosen = theme;
    try { localStorage.setItem("theme", theme); } catch { /* private mode */ }
    apply();
  }
  apply();
  page.dataset.script = ""; // what needs one is in its place from the first moment on

  // The dashboard has a button that goes round, visitors have a list.
  document.addEventListener("click", ({ target }) => target.matches?.("[data-theme-toggle]") && choose(themes[(themes.indexOf(apply()) + 1) % 3]));
  document.addEventListener("change", ({ target }) => target.matches("[data-theme-choice]") && choose(target.value));
  addEventListener("storage", ({ key }) => key === "theme" && apply());
  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-theme-toggle]")) button.parentElement.hidden = false;
    apply();
  });
})();
