// What every page does: theme, language, help overlay, hotkeys between pages.

import { $, make } from "./dom.js";
import { isComposing, isTyping } from "./keys.js";

const root = document.documentElement;
const YEAR = 365 * 24 * 3600;
const remember = (name, value) => {
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR}; samesite=strict`;
};

const isDark = () =>
  root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;

$("#theme")?.addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  remember("gouji_theme", root.dataset.theme);
});

$("#language")?.addEventListener("click", () => {
  remember("gouji_language", root.lang === "en" ? "zh" : "en");
  location.reload();
});

const help = $("#help");
export const openHelp = () => help?.showModal();
$("#open-help")?.addEventListener("click", openHelp);

addEventListener("keydown", (event) => {
  if (isComposing(event) || isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "?" || event.key === "？") {
    if (help?.open) help.close();
    else if (!$("dialog[open]")) openHelp();
    event.preventDefault();
  }
});

// A press of "g" and then a letter goes to a page.
let going = 0;
addEventListener("keydown", (event) => {
  if (isComposing(event) || isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  if ($("dialog[open]")) return;
  if (event.key === "g" && !event.repeat) {
    going = event.timeStamp;
    return;
  }
  const link = going && event.timeStamp - going < 1500 ? $(`.bar nav a[data-key="${CSS.escape(event.key)}"]`) : null;
  going = 0;
  if (link) {
    event.preventDefault();
    event.stopImmediatePropagation();
    location.assign(link.href);
  }
}, true);

for (const dialog of document.querySelectorAll("dialog")) {
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
  });
}

/** Ask in a dialog with one field; resolves to the text, or null when it was closed. */
export function ask(title, hint, confirm, attributes = {}) {
  return new Promise((resolve) => {
    const field = make("input", { class: "input", maxlength: 500, "aria-label": title, ...attributes });
    const form = make("form", { method: "dialog", class: "stack inside" }, hint ? make("p", { class: "soft" }, hint) : null, field);
    const send = make("button", { class: "button main", type: "submit" }, confirm);
    form.append(make("div", { class: "row" }, send));
    const dialog = make("dialog", {}, make("header", {}, make("h2", {}, title)), form);
    let answer = null;
    form.addEventListener("submit", () => {
      answer = field.type === "password" ? field.value : field.value.trim();
    });
    field.addEventListener("keydown", (event) => {
      if (isComposing(event) && event.key === "Enter") event.preventDefault();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
    field.focus();
  });
}

export const askPassword = (title, confirm) =>
  ask(title, "", confirm, { type: "password", minlength: 10, required: true, autocomplete: "new-password" });
