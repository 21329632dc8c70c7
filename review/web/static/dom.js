// Elements by hand: text only ever goes in as text, never as markup.

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

/** An element with attributes (`class`, `data-…`, `on…` listeners, properties) and children (nodes or text). */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && typeof value === "boolean") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.flat());
  return element;
}

export const fill = (element, ...children) => element.replaceChildren(...children.flat().filter((c) => c != null));

export const key = (name) => make("kbd", {}, name);

/** A short word at the lower edge that goes away by itself; errors stay longer. */
export function notice(text, kind = "") {
  const place = $("#notices");
  const shown = make("div", { class: `notice ${kind}`, role: kind === "bad" ? "alert" : "status" }, text);
  place.append(shown);
  while (place.children.length > 3) place.firstChild.remove();
  setTimeout(() => shown.remove(), kind === "bad" ? 9000 : 3500);
  return shown;
}
