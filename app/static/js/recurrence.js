// The part of a form that says how often: shows what the choice needs, and the dates that it comes to.
import { post } from "./post.js";

for (const part of document.querySelectorAll("[data-recurrence-url]")) {
  const form = part.closest("form");
  const dates = part.querySelector("[data-dates]");
  let asked = 0;
  let pause;

  function arrange() {
    const repeat = part.querySelector("[name=repeat]:checked")?.value ?? "never";
    const ends = part.querySelector("[name=ends]").value;
    for (const piece of part.querySelectorAll("[data-when-repeat]")) piece.hidden = !piece.dataset.whenRepeat.split(" ").includes(repeat);
    for (const piece of part.querySelectorAll("[data-when-ends]")) piece.hidden = piece.dataset.whenEnds !== ends;
    dates.parentElement.hidden = repeat === "never";
    return repeat;
  }

  async function foresee() {
    if (arrange() === "never") return;
    const mine = ++asked;
    try {
      const answer = await post(part.dataset.recurrenceUrl, new URLSearchParams(new FormData(form)));
      const text = await answer.text();
      if (mine === asked) dates.innerHTML = text; // the server's own words; nothing that was typed is in them
    } catch { /* the dates that stand there stay; saving tells what is wrong */ }
  }

  form.addEventListener("input", (event) => {
    if (!event.target.closest("[data-recurrence-url]") && !["starts_at", "ends_at"].includes(event.target.name)) return;
    arrange();
    clearTimeout(pause);
    pause = setTimeout(foresee, 250);
  });
  foresee();
}
