// What is typed into a form with a long text is kept in this browser until it was sent, for the member who typed it.
// Kept are only fields that were changed, never hidden ones, passwords or files; after sending or signing out, nothing.
const main = document.querySelector("main[data-member]");
const note = document.getElementById("draft");
const KEY = "draft:", SENT = "draft-sent", KEPT_FOR = 7 * 864e5, UNKEPT = /^(csrf_token|seen|short|template|fill|filled|var-.*|.*-shown)$/;
const UNITS = [["day", 864e5], ["hour", 36e5], ["minute", 6e4], ["second", 1e3]];

// Where nothing may be stored, nothing is kept.
const store = {
  get(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* full, or private mode */ } },
  drop(key) { try { localStorage.removeItem(key); } catch { /* as above */ } },
  keys() { try { return Object.keys(localStorage).filter((key) => key.startsWith(KEY)); } catch { return []; } },
};
const session = {
  take() { try { const key = sessionStorage.getItem(SENT); sessionStorage.removeItem(SENT); return key; } catch { return null; } },
  set(key) { try { sessionStorage.setItem(SENT, key); } catch { /* as above */ } },
};

const fields = (form) => [...form.elements].filter((one) => one.name && !UNKEPT.test(one.name) && one.matches("input:not([type=hidden], [type=password], [type=file], [type=submit]), select, textarea"));
const isTicked = (one) => one.matches("[type=checkbox], [type=radio]");
const idOf = (one) => (isTicked(one) ? `${one.name}=${one.value}` : one.name);
const valueOf = (one) => (isTicked(one) ? one.checked : one.value);
const valuesOf = (form) => Object.fromEntries(fields(form).map((one) => [idOf(one), valueOf(one)]));

function ago(at) {
  const past = Math.max(1e3, Date.now() - at);
  const [unit, size] = UNITS.find(([, size]) => past >= size);
  return new Intl.RelativeTimeFormat(document.documentElement.lang).format(-Math.floor(past / size), unit);
}

function restore(form, kept) {
  for (const one of fields(form)) {
    if (!(idOf(one) in kept) || valueOf(one) === kept[idOf(one)]) continue;
    if (isTicked(one)) one.checked = kept[idOf(one)]; else one.value = kept[idOf(one)];
    one.dispatchEvent(new Event("input", { bubbles: true }));
    one.dispatchEvent(new Event("change", { bubbles: true }));
  }
  form.dispatchEvent(new Event("daymark:restored", { bubbles: true }));
}

function offer(form, key, draft) {
  const shown = note.content.firstElementChild.cloneNode(true);
  const words = shown.querySelector("[data-words]");
  shown.querySelector("[data-restore]").addEventListener("click", () => {
    shown.remove();
    restore(form, draft.values);
    form.querySelector(".editor textarea, textarea")?.focus();
  });
  shown.querySelector("[data-discard]").addEventListener("click", () => {
    store.drop(key);
    shown.remove();
    fields(form)[0]?.focus();
  });
  form.prepend(shown);
  words.textContent = words.dataset.words.replace("#", ago(draft.at)); // a status that is filled in is read out
}

function watch(form) {
  const key = `${KEY}${main.dataset.member}:${new URL(form.action, location.href).pathname}`;
  const first = valuesOf(form), draft = store.get(key), wasRefused = form.querySelector("[data-error-summary]");
  let timer;
  // What was refused stands there again, and was not there at first.
  if (wasRefused) for (const id of Object.keys(draft?.values ?? {})) delete first[id];

  function keep() {
    clearTimeout(timer);
    timer = null;
    const changed = Object.entries(valuesOf(form)).filter(([id, value]) => value !== (first[id] ?? "") && value !== first[id]);
    if (changed.length) store.set(key, { at: Date.now(), values: Object.fromEntries(changed) }); else store.drop(key);
  }
  const soon = () => { clearTimeout(timer); timer = setTimeout(keep, 300); };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  // The tab may never be seen again.
  addEventListener("pagehide", () => timer && keep());
  document.addEventListener("visibilitychange", () => document.hidden && timer && keep());
  form.addEventListener("submit", () => { if (timer) keep(); session.set(key); });

  const present = valuesOf(form);
  const isNews = draft && Object.entries(draft.values).some(([id, value]) => id in present && present[id] !== value);
  if (isNews && !wasRefused) offer(form, key, draft);
}

const begin = (root) => [...root.querySelectorAll('form[method="post"]')].filter((form) => form.querySelector(".editor textarea, textarea[name=body]")).forEach(watch);

if (main && note) {
  // The answer says whether what was sent was taken: only then it is over.
  const sent = session.take();
  if (sent && document.querySelector("main > .note.ok[role=status]")) store.drop(sent);
  for (const key of store.keys()) if (!(store.get(key)?.at > Date.now() - KEPT_FOR)) store.drop(key);
  begin(document);
  document.addEventListener("daymark:added", ({ target }) => begin(target));
  document.addEventListener("submit", ({ target }) => {
    if (target.matches("[data-sign-out], [action$='/user/sessions/end']")) store.keys().filter((key) => key.startsWith(`${KEY}${main.dataset.member}:`)).forEach(store.drop);
  });
}
