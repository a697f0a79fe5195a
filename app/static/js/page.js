// Walks the points of each [data-plot] by mouse, keys and touch; a card shows what its table says of a point.
// Strips leave rows out: those days are named from data-first and told by data-quiet, in lines parted by |.
const all = () => [...document.querySelectorAll("[data-plot]")];
const plotOf = (node) => node?.closest?.("[data-plot]");
const root = document.documentElement, rtl = root.dir === "rtl";
const card = document.createElement("div");
card.className = "plot-card";
card.hidden = true;
let now = null; // the point on show: { plot, i, pinned, button, home }
let timer;

const make = (tag, text) => Object.assign(document.createElement(tag), { textContent: text });
const picture = (plot) => plot.querySelector("svg").getBoundingClientRect();
const point = (plot) => plot.querySelector(".plot-point");
const last = (plot) => plot.dataset.plot - 1;
const indexOf = (plot) => +(point(plot)?.dataset.i ?? last(plot));

// Narrow screens cut the older points off.
function at(plot, x) {
  const box = picture(plot), share = (rtl ? box.right - x : x - box.left) / box.width;
  return Math.min(last(plot), Math.max(0, Math.floor(share * (last(plot) + 1) + .01)));
}
function first(plot) {
  const box = plot.getBoundingClientRect();
  return at(plot, rtl ? box.right : box.left);
}

// As the server writes them, see times.js.
const { dates: order = /^en/.test(root.lang) ? "day" : "" } = root.dataset;
const formats = {};
const tell = (options, at) => (formats[Object.keys(options)] ??= new Intl.DateTimeFormat(root.lang, { timeZone: "UTC", calendar: "gregory", numberingSystem: "latn", ...options })).format(at);
function day(plot, i) {
  const date = (n) => new Date(Date.parse(plot.dataset.first) + n * 864e5), at = date(i);
  const year = at.getUTCFullYear(), dated = year !== date(last(plot)).getUTCFullYear();
  if (!order) return tell({ weekday: "long", day: "numeric", month: "long", ...(dated && { year: "numeric" }) }, at);
  const [weekday, month, number] = [tell({ weekday: "long" }, at), tell({ month: "long" }, at), at.getUTCDate()];
  if (order === "iso") return `${weekday}, ${at.toISOString().slice(0, 10)}`;
  if (order === "month") return `${weekday}, ${month} ${number}${dated ? `, ${year}` : ""}`;
  return `${weekday}, ${number} ${month}${dated ? ` ${year}` : ""}`;
}

// What stands in a noscript is text to a browser with scripts: it becomes a table when a row of it is asked for.
const tables = new WeakMap();
function rowOf(plot, i) {
  const text = plot.querySelector("noscript")?.firstChild;
  if (!text) return plot.querySelector(`tr[data-i="${i}"]`);
  if (!text.data.includes(`<tr data-i="${i}"`)) return null;
  if (!tables.has(text)) tables.set(text, new DOMParser().parseFromString(text.data, "text/html"));
  return tables.get(text).querySelector(`tr[data-i="${i}"]`);
}

function told(plot, i) {
  const row = rowOf(plot, i);
  if (row) return [make("strong", row.querySelector("th").textContent), ...row.querySelectorAll("td")];
  const { first, quiet = "" } = plot.dataset;
  return [make("strong", first ? day(plot, i) : ""), ...quiet.split("|").map((line) => make("td", line))];
}

// The plot's one tab stop. Each point gets a button of its own, so that screen readers say it anew.
const sizes = (plot) => [plot.getBoundingClientRect(), picture(plot)];
function stop(plot, i, [box, svg] = sizes(plot)) {
  const old = point(plot), step = svg.width / (last(plot) + 1);
  const words = told(plot, i).flatMap((cell) => (cell.querySelector("li") ? [...cell.querySelectorAll("li")] : [cell]));
  const label = words.map((word) => word.textContent.trim()).filter(Boolean).join(", ");
  const stays = old?.dataset.i === `${i}` && old.ariaLabel === label, button = stays ? old : make("button", "");
  button.style.insetInlineStart = `${(rtl ? box.right - svg.right : svg.left - box.left) + i * step}px`;
  button.style.width = `${step}px`;
  if (stays) return button;
  button.type = "button";
  button.className = "plot-point";
  button.dataset.i = i;
  button.ariaLabel = label;
  button.ariaExpanded = "false";
  plot.append(button);
  if (old === document.activeElement) button.focus({ preventScroll: true });
  old?.remove();
  return button;
}

function place() {
  const bar = now.button.getBoundingClientRect(), { width, height } = card.getBoundingClientRect();
  const top = bar.bottom + 6, over = bar.top - height - 6;
  card.style.left = `${Math.max(8, Math.min(bar.left + (bar.width - width) / 2, root.clientWidth - width - 8))}px`;
  card.style.top = `${top + height > innerHeight && over > 0 ? over : top}px`;
}

function show(plot, i, pinned = false) {
  clearTimeout(timer);
  if (now?.plot === plot && now.i === i && now.pinned === pinned) return;
  hide();
  const button = point(plot)?.dataset.i === `${i}` ? point(plot) : stop(plot, i);
  now = { plot, i, pinned, button, home: plot.closest("[id]")?.id };
  card.replaceChildren(...told(plot, i).filter((cell) => cell.textContent.trim()).map((cell) => {
    const line = make(cell.localName === "td" ? "div" : "strong", "");
    line.append(...cell.cloneNode(true).childNodes);
    return line;
  }));
  button.classList.add("on");
  card.classList.toggle("pinned", pinned);
  button.ariaExpanded = `${pinned}`;
  plot.after(card);
  card.hidden = false;
  place();
}

function hide() {
  if (!now) return;
  const { button } = now;
  now = null;
  button.classList.remove("on");
  button.ariaExpanded = "false";
  if (card.contains(document.activeElement)) button.focus();
  card.hidden = true;
}

const leave = () => (timer = setTimeout(() => now?.pinned || hide(), 150));

function walk(plot, i, key) {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[key] * (rtl ? -1 : 1);
  if (step) return [plot, Math.min(last(plot), Math.max(first(plot), i + step))];
  if (key === "Home") return [plot, first(plot)];
  if (key === "End") return [plot, last(plot)];
  const alike = all().filter((other) => other.dataset.plot === plot.dataset.plot && picture(other).width);
  const next = alike[alike.indexOf(plot) + { ArrowUp: -1, ArrowDown: 1 }[key]];
  return next && [next, i];
}

// A finger has no way to point without tapping.
document.addEventListener("pointermove", ({ target, pointerType, clientX }) => {
  const plot = pointerType === "mouse" && !now?.pinned && plotOf(target);
  if (plot) show(plot, at(plot, clientX));
});
document.addEventListener("pointerout", ({ target, relatedTarget }) => {
  const from = target.closest?.("[data-plot], .plot-card");
  if (from && !from.contains(relatedTarget)) leave();
});
card.onpointerenter = () => clearTimeout(timer);
document.addEventListener("click", ({ target, detail, clientX }) => {
  const plot = plotOf(target);
  if (!plot) return;
  const i = detail ? at(plot, clientX) : indexOf(plot);
  if (now?.pinned && now.plot === plot && now.i === i) hide();
  else show(plot, i, true);
});
document.addEventListener("focusin", ({ target }) => {
  const plot = plotOf(target);
  if (plot && plot === now?.plot) return;
  // What has the focus must not be covered.
  if (!card.contains(target)) hide();
  if (target.matches(".plot-point:focus-visible")) show(plot, indexOf(plot));
});
document.addEventListener("focusout", ({ target, relatedTarget }) => relatedTarget && plotOf(target) && plotOf(target) !== plotOf(relatedTarget) && !now?.pinned && hide());
document.addEventListener("keydown", (event) => {
  const plot = plotOf(event.target);
  if (!plot || event.altKey || event.ctrlKey || event.metaKey || !/^(Arrow|Home|End)/.test(event.key)) return;
  event.preventDefault();
  const to = walk(plot, indexOf(plot), event.key);
  if (!to) return;
  show(...to);
  now.button.focus();
});
document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
document.addEventListener("pointerdown", ({ target }) => card.contains(target) || now?.plot.contains(target) || hide());
addEventListener("scroll", () => now && place(), { passive: true });

// The keyboard comes in at the newest point; again when the width changes.
function ready() {
  hide();
  // All is measured before anything is changed: a browser that is asked in between lays the page out again each time.
  const found = all().map((plot) => [plot, Math.max(first(plot), indexOf(plot)), sizes(plot)]);
  for (const [plot, i, [box, svg]] of found) {
    plot.role = "toolbar";
    if (svg.width) stop(plot, i, [box, svg]);
  }
}
// The words may be others now, or a fold opened by itself: the same point again, in the same place.
function again() {
  const { plot, i, pinned, home } = now ?? {}, focused = now && (plot.contains(document.activeElement) || !plot.isConnected);
  const same = plot?.isConnected ? plot : document.getElementById(home)?.querySelector("[data-plot]");
  const link = [...card.querySelectorAll("a")].indexOf(document.activeElement);
  ready();
  if (!same || !picture(same).width) return;
  show(same, i, pinned);
  if (link >= 0) card.querySelectorAll("a")[link]?.focus({ preventScroll: true });
  else if (focused && !card.contains(document.activeElement)) now.button.focus({ preventScroll: true });
}
document.addEventListener("daymark:told", again);
// Every fold that a page comes with open says so, too.
let folds;
document.addEventListener("toggle", ({ target }) => {
  if (!target.querySelector("[data-plot]")) return;
  cancelAnimationFrame(folds);
  folds = requestAnimationFrame(again);
}, true);
addEventListener("resize", ready);
// Nobody walks before there is something to see.
requestAnimationFrame(() => setTimeout(ready));
