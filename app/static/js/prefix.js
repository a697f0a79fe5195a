// What is put into a page later may have the ids of something that stands there already: it gets ids of its own.
const POINTERS = ["for", "aria-controls", "aria-labelledby", "aria-describedby", "data-template-picker"];

export function prefix(root, word) {
  const own = (id) => (id.startsWith(word) ? id : word + id);
  for (const one of root.querySelectorAll("[id]")) one.id = own(one.id);
  for (const name of POINTERS) {
    for (const one of root.querySelectorAll(`[${name}]`)) one.setAttribute(name, one.getAttribute(name).split(" ").map(own).join(" "));
  }
  for (const link of root.querySelectorAll('a[href^="#"]')) link.hash = own(link.hash.slice(1));
}
