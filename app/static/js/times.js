// Tells every <time data-time> in the zone that the visitor chose in the footer, theirs at first, and keeps "5 minutes
// ago" true. Days are the page's own: their headings stay as they are.
const lang = document.documentElement.lang;
const choice = document.querySelector("[data-zone-choice]");
const UNITS = { year: 31536e3, month: 2592e3, week: 604800, day: 86400, hour: 3600, minute: 60, second: 1 };
const zones = { mine: Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC", utc: "UTC", page: choice?.dataset.zoneChoice };
let chosen = "mine", zone, relative, clock, days, named, later;

function ago(at) {
  const seconds = (at - Date.now()) / 1000;
  const [unit, size] = Object.entries(UNITS).find(([unit, size]) => Math.abs(seconds) / size >= 1.2 || unit === "second");
  return relative.format(Math.round(seconds / size), unit);
}

function lasting(seconds) {
  const all = [["day", seconds / 86400], ["hour", (seconds / 3600) % 24], ["minute", (seconds / 60) % 60]].map(([unit, n]) => [unit, Math.floor(n)]);
  const told = all.filter(([, n]) => n).slice(0, 2);
  return (told.length ? told : [all[2]]).map(([unit, n]) => n.toLocaleString(lang, { style: "unit", unit, unitDisplay: "short" })).join(" ");
}

// Written as the server does, so that nothing jumps: in the order that the operator chose, or as the language has it.
const parts = (at) => Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, value]));
const { dates: order = /^en/.test(lang) ? "day" : "", hours } = document.documentElement.dataset;
const format = (options) => new Intl.DateTimeFormat(lang, { timeZone: zone, calendar: "gregory", numberingSystem: "latn", ...options });
const own = {}; // what the language writes by itself, by what it tells
function time(at) {
  if (hours) return (own.time ??= format({ hour: "numeric", minute: "2-digit", hour12: true })).format(at).replace(/\u202f/g, " ");
  const { hour, minute } = parts(at);
  return `${hour}:${minute}`;
}
function date(at, year, weekday) {
  if (!order) return (own[[!!year, !!weekday]] ??= format({ day: "numeric", month: "short", year: year ? "numeric" : undefined, weekday: weekday ? "short" : undefined })).format(at);
  const of = parts(at);
  if (order === "iso") return `${weekday ? `${of.weekday} ` : ""}${days.format(at)}`;
  if (order === "month") return `${weekday ? `${of.weekday}, ` : ""}${of.month} ${of.day}${year ? `, ${of.year}` : ""}`;
  return `${weekday ? `${of.weekday} ` : ""}${of.day} ${of.month}${year ? ` ${of.year}` : ""}`;
}

// CET rather than GMT+1, where a kind of English or the page's language knows the name.
const names = [lang, "en-GB", "en-US"].flatMap((tag) => (tag === lang || /^en/.test(lang) ? [tag] : []));
function zoneName(at) {
  const found = named.map((format) => format.formatToParts(at).find(({ type }) => type === "timeZoneName").value);
  return found.find((name) => !/GMT[+-]/.test(name)) ?? found[0];
}
const full = (at) => `${date(at, true)}, ${time(at)} ${zoneName(at)}`;

function when(at, known) {
  const day = days.format(at);
  return day === known ? time(at) : `${date(at, day.slice(0, 4) !== known.slice(0, 4))}, ${time(at)}`;
}

function stretch(at, until) {
  const [begin, end, today] = [at, until, Date.now()].map((moment) => days.format(moment));
  const year = new Set([begin, end, today].map((day) => day.slice(0, 4))).size > 1;
  return `${date(at, year, true)}, ${time(at)} – ${begin === end ? "" : `${date(until, year, true)}, `}${time(until)} ${zoneName(until)}`;
}

const known = (one) => one.closest(".day")?.id.slice("day-".length) || days.format(Date.now());
const TOLD = {
  ago, full, clock: time,
  when: (at, one) => when(at, known(one)),
  zoned: (at, one) => `${when(at, known(one))} ${zoneName(at)}`,
  stretch: (at, one) => stretch(at, new Date(one.dataset.until)),
  ahead: (at) => lasting(Math.max(0, (at - Date.now()) / 1000)),
};

function say(one, text) {
  if (one.textContent !== text) one.textContent = text;
}

const charts = () => [...document.querySelectorAll("[data-plot][data-from]")];
const moments = (plot) => {
  const start = Date.parse(plot.dataset.from), step = plot.dataset.step * 6e4, last = plot.dataset.plot - 1;
  return { at: (i) => start + i * step, last, today: days.format(start + last * step), isWeek: step > 36e5 };
};

function axis(plot) {
  const { at, last, today, isWeek } = moments(plot), words = plot.nextElementSibling?.children ?? [];
  // A week is marked by its days.
  [0, Math.ceil(last / 2)].forEach((i, n) => say(words[n], isWeek ? date(at(i)) : when(at(i), today)));
}

function rows(plot) {
  const { at, today } = moments(plot);
  for (const row of plot.querySelectorAll("tr")) say(row.cells[0], when(at(row.dataset.i), today));
}

const times = () => document.querySelectorAll("time[data-time]");
const moment = (one) => new Date(one.dateTime);

function explain() {
  for (const one of times()) {
    const at = moment(one);
    one.title = one.dataset.time === "ago" ? full(at) : `${full(at)}, ${ago(at)}`;
  }
}

function tell() {
  for (const one of times()) say(one, TOLD[one.dataset.time](moment(one), one));
}

function tellAll() {
  zone = zones[chosen];
  relative ??= new Intl.RelativeTimeFormat(lang);
  for (const name in own) delete own[name];
  clock = format({ weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  days = new Intl.DateTimeFormat("en-CA", { timeZone: zone, calendar: "gregory", numberingSystem: "latn", year: "numeric", month: "2-digit", day: "2-digit" });
  named = names.map((tag) => new Intl.DateTimeFormat(tag, { timeZone: zone, timeZoneName: "short" }));
  tell();
  charts().forEach(axis);
  // What only shows when it is pointed at has time until there is something to point at.
  clearTimeout(later);
  later = setTimeout(() => {
    explain();
    charts().forEach(rows);
    document.dispatchEvent(new Event("daymark:told"));
  });
}

function tick() {
  if (document.hidden || !clock) return;
  tell();
  explain();
}

if (choice) {
  try { chosen = localStorage.getItem("zone") || chosen; } catch { /* private mode: for this page only */ }
  if (!zones[chosen]) chosen = "mine";
  choice.options[0].append(` (${zones.mine})`);
  if (zones.page === "UTC" && chosen === "utc") chosen = "page";
  if (zones.page === "UTC") choice.querySelector("[value=utc]").remove();
  choice.value = chosen;
  choice.closest("[hidden]").hidden = false;
  choice.closest("p").querySelector("[data-zone-plain]").hidden = true;
  choice.addEventListener("change", () => {
    chosen = choice.value;
    try { localStorage.setItem("zone", chosen); } catch { /* as above */ }
    tellAll();
  });
  document.addEventListener("daymark:swapped", tellAll);
  setInterval(tick, 3e4);
  document.addEventListener("visibilitychange", tick);
  // In a turn of its own: a phone is to answer to its reader in between.
  setTimeout(tellAll);
}
