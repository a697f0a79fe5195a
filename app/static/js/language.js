// Keeps the language that a visitor chooses in a cookie, for it is the server that speaks it.
document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-language-choice]")) return;
  const here = new URL(location.href);
  document.cookie = `lang=${target.value}; path=/; max-age=31536000; samesite=lax${here.protocol === "https:" ? "; secure" : ""}`;
  // Where no cookie is kept the address says it, and so do the links of the page that it leads to.
  if (document.cookie.split("; ").includes(`lang=${target.value}`)) here.searchParams.delete("lang");
  else here.searchParams.set("lang", target.value);
  here.hash = ""; // with one the same address would not be loaded anew
  location.assign(here);
});
