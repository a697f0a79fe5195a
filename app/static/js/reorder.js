// Drag rows by their handle, with mouse, pen or finger; the new order is posted once, when the row is let go.
import { post } from "./post.js";

const order = (list) => [...list.querySelectorAll(":scope > [data-id]")].map((row) => Number(row.dataset.id));

// The neighbours move around the dragged row: moving the row itself would end its pointer capture.
function follow(list, row, y) {
  const middle = (other) => { const box = other.getBoundingClientRect(); return box.top + box.height / 2; };
  const below = row.nextElementSibling;
  const above = row.previousElementSibling;
  if (below?.dataset.id && y > middle(below)) list.insertBefore(below, row);
  else if (above?.dataset.id && y < middle(above)) list.insertBefore(above, row.nextSibling);
}

async function save(list) {
  try {
    await post(list.dataset.reorderUrl, JSON.stringify({ ids: order(list) }), { "Content-Type": "application/json" });
  } catch {
    location.reload(); // shows the order that the server has
  }
}

function start(list, row, handle, event) {
  const before = order(list).join();
  const move = (e) => follow(list, row, e.clientY);
  const stop = () => {
    handle.removeEventListener("pointermove", move);
    row.classList.remove("dragging");
    if (order(list).join() !== before) save(list);
  };
  event.preventDefault();
  row.classList.add("dragging");
  handle.setPointerCapture(event.pointerId);
  handle.addEventListener("pointermove", move);
  handle.addEventListener("lostpointercapture", stop, { once: true });
}

for (const list of document.querySelectorAll("[data-reorder-url]")) {
  for (const row of list.querySelectorAll(":scope > [data-id]")) {
    const handle = row.querySelector(".drag");
    if (!handle) continue;
    handle.hidden = false;
    handle.addEventListener("pointerdown", (event) => event.button === 0 && start(list, row, handle, event));
  }
}

// A row that was moved by its buttons comes back in a new page: the focus too, so that the next press moves it on.
const MOVED = "moved-row";
document.addEventListener("submit", (event) => {
  if (event.target.closest(".move")) sessionStorage.setItem(MOVED, `${event.target.closest("[data-id]").id} ${event.submitter.value}`);
});
addEventListener("load", () => { // after the browser has gone to the row itself, which takes the focus away
  const [id, way] = (sessionStorage.getItem(MOVED) ?? "").split(" ");
  sessionStorage.removeItem(MOVED);
  const buttons = [...document.getElementById(id)?.querySelectorAll(".move .up, .move .down") ?? []];
  const usable = buttons.filter((button) => getComputedStyle(button).visibility !== "hidden");
  (usable.find((button) => button.value === way) ?? usable[0])?.focus({ preventScroll: true });
});
