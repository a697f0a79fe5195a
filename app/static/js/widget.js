// Shows what is wrong at a status page.
(() => {
  const me = document.currentScript;
  const { lang = "", theme = "light dark", position = "bottom-end", always, remember } = me.dataset;
  const source = new URL(`embed.json?lang=${lang}`, me.src);
  const [edge, side] = position.split("-");
  const fixed = side && `position:fixed;z-index:9999;${edge}:1rem;inset-inline-${side}:1rem;max-width:min(24rem,100vw - 2rem)`;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`:host{all:initial;display:block;color-scheme:${theme};${fixed}}
div:not(:empty){display:flex;padding:.6rem .8rem;border:1px solid #7b838c;border-radius:10px;background:light-dark(#fff,#16191d);font:14px/1.5 system-ui,sans-serif}
ul{flex:1;margin:0;padding:0;list-style:none}
a,button{color:light-dark(#17191c,#eceef0)}
a{display:block;padding:2px 0;overflow-wrap:anywhere}
button{width:24px;height:24px;padding:0;border:0;background:0;font:inherit;cursor:pointer}`);

  const make = (tag, rest, ...inside) => {
    const made = Object.assign(document.createElement(tag), rest);
    made.append(...inside);
    return made;
  };

  const line = (name, href, word = "", tone = "") => {
    const b = make("b", {}, word);
    b.style.color = tone;
    return make("li", {}, make("a", { href }, b, " ", make("bdi", {}, name)));
  };
  const box = make("div", { role: "status" });
  const host = make("daymark-widget");
  const shade = host.attachShadow({ mode: "open" });
  shade.adoptedStyleSheets = [sheet];
  shade.append(box);

  // Remembers what was put aside only where the page says so.
  let away = [];
  try {
    if (remember != null) away = JSON.parse(sessionStorage.daymark);
  } catch {}

  let last;
  const show = (data) => {
    const { problems, page, more } = data;
    const news = problems.filter(({ key }) => !away.includes(key));
    if (last === (last = JSON.stringify([news, data]))) return;
    const lines = news.map((one) => line(one.name, one.url, one.word, one.tone));
    if (news[0] && more) lines.push(line(more, page.url));
    if (!problems[0] && always != null) lines.push(line(page.label, page.url, page.name, page.tone));
    const aside = make("button", { ariaLabel: data.dismiss, textContent: "✕" });
    aside.onclick = () => {
      away = problems.map(({ key }) => key);
      try {
        if (remember != null) sessionStorage.daymark = JSON.stringify(away);
      } catch {}
      show(data);
    };
    Object.assign(box, { lang: data.lang, dir: data.dir }).replaceChildren();
    if (lines[0]) box.append(make("ul", {}, ...lines));
    if (news[0]) box.append(aside);
  };
  const load = () =>
    fetch(source, { credentials: "omit", cache: "no-cache" })
      .then((answer) => answer.json())
      .then(show, () => {});
  const begin = () => {
    if (fixed) document.body.append(host);
    else me.after(host);
    load();
    setInterval(() => document.hidden || load(), 6e4);
  };
  document.body ? begin() : addEventListener("DOMContentLoaded", begin);
})();
