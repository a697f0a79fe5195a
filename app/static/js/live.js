// Keeps an open page true: asks for its version, and when that is another puts in place what differs.
// What scripts and readers did to the page stays. Stands first in the bundle, to see the page as it was sent.
const live = document.querySelector("[data-live]"), main = document.querySelector("main");

// Each node as it was sent has its twin on the page.
const twins = new WeakMap();
function pair(sent, shown) {
  twins.set(sent, shown);
  for (let a = sent.firstChild, b = shown.firstChild; a; a = a.nextSibling, b = b.nextSibling) pair(a, b);
}
const key = (node) => node.id || node.getAttribute?.("aria-labelledby") || node.dataset?.i;
// A parser that runs no scripts would build what stands in a noscript: here it is text, as on the page.
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const hushed = (text) => text.replace(/(<noscript>)(.*?)(?=<\/noscript>)/gs, (_, tag, words) => tag + escaped(words));
const parts = (node) => [...node.childNodes].filter((part) => part.nodeType === 1 || part.data?.trim());

function swap(old, next, touched) {
  const shown = twins.get(old);
  twins.set(next, shown);
  if (next.nodeType !== 1) return (shown.data = next.data);
  for (const { name } of [...old.attributes, ...next.attributes]) {
    const value = next.getAttribute(name);
    if (value === old.getAttribute(name)) continue;
    if (value !== null) shown.setAttribute(name, value);
    else if (name !== "open") shown.removeAttribute(name);
  }
  touched.push(shown);
  if (next.childElementCount || shown.childElementCount) return children(old, next, shown, touched);
  if (old.textContent === next.textContent) return;
  shown.textContent = next.textContent;
  pair(next, shown);
}

function children(old, next, shown, touched) {
  const rest = parts(old), wanted = parts(next), place = new Map(rest.map((part, i) => [part, i]));
  const take = (fits) => rest.splice(rest.findIndex(fits) >>> 0, 1)[0]; // -1 is beyond the end
  const alike = (part, name) => (other) => key(other) === name && other.nodeName === part.nodeName;
  const found = wanted.map((part) => take(key(part) ? alike(part, key(part)) : (other) => other.isEqualNode(part)));
  let last = -1, before = null;
  wanted.forEach((part, i) => {
    const match = found[i] ?? (key(part) ? undefined : take(alike(part, key(part))));
    let node = match && twins.get(match);
    if (node?.parentNode === shown) {
      if (match.isEqualNode(part)) part.replaceWith(match);
      else swap(match, part, touched);
      // Only what changed its place is moved: moving takes the focus away.
      const stays = place.get(match) > last;
      if (stays) last = place.get(match);
      if (stays) return (before = node);
    } else {
      pair(part, (node = document.importNode(part, true)));
      if (node.nodeType === 1) touched.push(node);
    }
    before ? before.after(node) : shown.prepend(node);
    before = node;
  });
  rest.forEach((part) => twins.get(part).remove());
}

if (live) {
  const role = live.querySelector("[role=status]"), age = live.querySelector("[data-age]"), time = age.querySelector("time");
  const icon = () => document.querySelector("link[rel=icon]");
  const program = (name) => name.split("-")[1];
  const opened = new Set();
  let sent = main.cloneNode(true), { version, verdict } = live.dataset, first = program(version);
  let every = live.dataset.every * 1e3, timer, asked = Date.now(), taken = asked, failed = 0, busy;
  pair(sent, main);

  const longest = () => Math.max(3e5, every);
  const swapped = (detail) => document.dispatchEvent(new CustomEvent("daymark:swapped", { detail }));
  const ask = (address, options) => fetch(address, { ...options, signal: AbortSignal.timeout(1e4) });

  function put(page) {
    const next = page.querySelector("main"), news = page.querySelector("[data-live]");
    const focus = document.activeElement, home = focus.closest("main [id]")?.id, touched = [];
    const top = (node) => node.getBoundingClientRect().top;
    const still = [focus, ...main.querySelectorAll("[id]")].find((node) => main.contains(node) && top(node) >= 0 && top(node) < innerHeight);
    const was = scrollY && still && top(still);
    if (!sent.isEqualNode(next)) swap(sent, next, touched);
    sent = next;
    if (document.activeElement !== focus) (focus.isConnected ? focus : document.getElementById(home)?.querySelector("a, button, summary"))?.focus({ preventScroll: true });
    if (was && still.isConnected) scrollBy({ top: top(still) - was, behavior: "instant" });
    document.title = page.title;
    if (icon().href !== page.querySelector("link[rel=icon]").href) icon().replaceWith(page.querySelector("link[rel=icon]"));
    if (news.dataset.verdict !== verdict) role.textContent = verdict = news.dataset.verdict;
    ({ version } = news.dataset);
    every = news.dataset.every * 1e3;
    if (touched.length) swapped(touched);
  }

  // A new version of the program comes with the page loaded anew: once, and when nobody would lose anything.
  function renew(name) {
    const reading = [...opened].some((part) => part.open && part.isConnected) || document.querySelector(".plot-card:not([hidden])");
    const writing = [...document.querySelectorAll("input")].some((field) => field.value !== field.defaultValue);
    if (program(name) === first || history.state === program(name) || reading || writing) return;
    if (document.activeElement !== document.body || !getSelection().isCollapsed) return;
    history.replaceState(program(name), "");
    location.reload();
  }

  // How old the page is: it was true when the server was last there.
  function tell(isThere) {
    if (isThere) time.dateTime = new Date().toISOString();
    else if (age.hidden) swapped([time]);
    age.hidden = isThere;
  }

  async function check() {
    if (busy || !every || document.hidden) return;
    busy = true;
    let name, page;
    try {
      const answer = await ask(live.dataset.live, { headers: { "If-None-Match": `"${version}"` } });
      if (answer.status === 401) location.reload(); // it is for members only now
      name = answer.status === 304 ? version : answer.ok && (await answer.text());
      // Charts and "in 5 minutes" change without a new version.
      if (name && (name !== version || Date.now() - taken > longest())) {
        const address = new URL(location);
        address.searchParams.set("live", name); // past a proxy that still has the page of before
        const sheet = await ask(address, { cache: "no-cache" });
        if (sheet.status === 404) location.reload();
        page = sheet.ok && new DOMParser().parseFromString(hushed(await sheet.text()), "text/html");
        name = page && page.querySelector("[data-live]") && name;
      }
    } catch {
      name = page = undefined; // half an answer is none
    }
    busy = false;
    asked = Date.now();
    failed = name ? 0 : failed + 1;
    tell(!!name);
    if (page && name) (taken = asked), put(page);
    if (name) renew(name);
    wait();
  }

  function wait() {
    clearTimeout(timer);
    if (!every) return; // an operator may want no questions
    const pause = Math.min(every * 2 ** failed, longest()) * (0.9 + Math.random() / 5);
    timer = setTimeout(check, asked + pause - Date.now());
  }

  document.addEventListener("click", ({ target }) => target.closest("summary") && opened.add(target.closest("summary").parentNode));
  document.addEventListener("visibilitychange", wait);
  addEventListener("pageshow", (event) => event.persisted && wait());
  addEventListener("online", check);
  wait();
}
