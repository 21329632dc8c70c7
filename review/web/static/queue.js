// The queue: what waits, narrowed by filters that the address keeps.

import "./frame.js";
import { $, fill, make, notice } from "./dom.js";
import { get } from "./api.js";
import { rowsOf, walk } from "./rows.js";
import { columnName, count, duration, t } from "./text.js";

const form = $("#filters");
const list = $("#list");
const size = 50;
let offset = 0;
let asked = 0;

const filters = () => Object.fromEntries([...new FormData(form)].filter(([, value]) => value));

function row(item) {
  const crop = item.tight
    ? make("img", { src: item.tight.url, alt: "", loading: "lazy" })
    : null;
  const above = item.path.slice(-1)[0] ?? "";
  const blind = item.keying === 1 || item.keying === 2;
  return make(
    "tr",
    { class: "go", "data-url": item.url, onclick: () => location.assign(withFilters(item.url)) },
    make("td", { class: "scan" }, crop),
    make("td", { class: "value" }, blind ? make("span", { class: "badge" }, t("page.keying")) : make("span", { class: "clip" }, item.text || t("cell.blank"))),
    make("td", { class: "where" }, make("a", { href: withFilters(item.url) }, columnName(item.address)), make("small", { class: "clip" }, above)),
    make("td", {}, item.rules.map((rule) => make("span", { class: "badge red" }, t(`rule.${rule}`, {}, rule)))),
    make("td", { class: "soft" }, make("span", { class: "clip" }, item.document)),
  );
}

function withFilters(url) {
  const query = new URLSearchParams(filters());
  return query.size ? `${url}${url.includes("?") ? "&" : "?"}${query}` : url;
}

function showCounts(counts) {
  for (const name of ["open", "done", "postponed", "unreadable"]) $(`#${name}`).textContent = count(counts[name]);
  $("#left").textContent = duration(counts.seconds_left);
  const all = counts.open + counts.done + counts.postponed + counts.unreadable;
  $("#share").style.width = `${all ? (100 * (counts.done + counts.unreadable)) / all : 100}%`;
}

async function load(from) {
  const mine = ++asked;
  try {
    const { items, counts } = await get("/api/queue", { ...filters(), offset: from, limit: size });
    if (mine !== asked) return;
    offset = from + items.length;
    if (from === 0) fill($("tbody", list), items.map(row));
    else $("tbody", list).append(...items.map(row));
    showCounts(counts);
    const none = offset === 0;
    $("#nothing").hidden = !none;
    list.hidden = none;
    $("#more").hidden = items.length < size;
    $("#start").href = withFilters("/review");
  } catch (error) {
    notice(error.message, "bad");
  }
}

function narrowed() {
  const query = new URLSearchParams(filters());
  history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
  load(0);
}

for (const [name, value] of new URLSearchParams(location.search)) {
  if (form.elements[name]) form.elements[name].value = value;
}
form.addEventListener("change", narrowed);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  narrowed();
});
form.addEventListener("reset", () => setTimeout(narrowed));
$("#more").addEventListener("click", () => load(offset));
walk(rowsOf(list), (at) => location.assign(at ? withFilters(at.dataset.url) : $("#start").href), {
  "/": () => form.elements.document.focus(),
});
load(0);
