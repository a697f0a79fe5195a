// Show the password, and say how strong it is while it is being typed.
import { post } from "./post.js";

function meter(input, box) {
  const [bar, word] = [box.querySelector("meter"), box.querySelector("[role=status]")];
  const grades = box.dataset.words.split("|");
  // What an attacker would try first: the words that stand in the same form.
  const about = ["username", "email", "site_name"].filter((name) => input.form?.elements[name]);
  let timer, asked = 0;

  async function ask() {
    const mine = ++asked;
    try {
      const words = about.map((name) => [name, input.form.elements[name].value]);
      const answer = await (await post(box.dataset.meterUrl, new URLSearchParams([["password", input.value], ...words]))).json();
      if (mine !== asked || !input.value) return; // an older question answered late
      bar.value = answer.score;
      word.textContent = [grades[answer.score], answer.advice].filter(Boolean).join(" · ");
      box.hidden = false;
    } catch {
      box.hidden = true;
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (input.value) timer = setTimeout(ask, 250);
    else box.hidden = true;
  });
}

for (const field of document.querySelectorAll("[data-password]")) {
  const [input, show, box] = ["input", "button", ".meter"].map((part) => field.querySelector(part));
  show.hidden = false;
  show.addEventListener("click", () => {
    const visible = input.type === "password";
    input.type = visible ? "text" : "password";
    show.textContent = visible ? show.dataset.hide : show.dataset.show;
    show.setAttribute("aria-pressed", String(visible));
  });
  input.form?.addEventListener("submit", () => { input.type = "password"; }); // or browsers offer to save it as text
  if (box) meter(input, box);
}
