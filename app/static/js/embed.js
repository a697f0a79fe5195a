// The framed view stays true while it is looked at.
setInterval(async () => {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, { credentials: "omit", cache: "no-cache" });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[role=status]");
    const shown = document.querySelector("[role=status]");
    if (fresh && fresh.innerHTML !== shown.innerHTML) shown.replaceChildren(...fresh.childNodes);
  } catch {
    // Away for a moment; what is shown stays.
  }
}, 60_000);
