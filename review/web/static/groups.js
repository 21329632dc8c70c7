// The wall: crops that were all read as the same short text. Pick the odd ones out, confirm the rest in one stroke.

import "./frame.js";
import { $, $$, fill, make, notice } from "./dom.js";
import { Refused, decide, get, post } from "./api.js";
import { listen } from "./keys.js";
import { columnName, count, t } from "./text.js";

const wall = $("#wall");
const list = $("#groups");
let groups = [];
let chosen = 0;
let items = [];
let odd = new Set();
let at = 0;
let since = 0;
let busy = false;
let turn = 0; // of choosing: only the last choice is shown
let showing = Promise.resolve();

const filters = () => ({ document: $("#document").value || null });
const report = (error) => notice(error instanceof Refused ? t(`error.${error.code}`, error.body, error.message) : t("error.network"), "bad");
const placeOf = ({ form_id, address, version }) => ({ form_id, address, version });

function release() {
  if (!items.length) return;
  post("/api/release", { cells: items.map(({ form_id, address }) => ({ form_id, address })) }, { keepalive: true }).catch(() => undefined);
  items = [];
}

async function loadGroups(keep = null) {
  try {
    ({ groups } = await get("/api/groups", filters()));
  } catch (error) {
    report(error);
    return;
  }
  fill(list, groups.map((group, n) =>
    make("li", {}, make("button", { type: "button", class: "group", "data-n": n, onclick: () => choose(n) },
      make("span", { class: "value" }, group.key), make("span", { class: "soft" }, t(`kind.${group.kind}`)), make("b", {}, count(group.count))))));
  const same = groups.findIndex((group) => group.key === keep);
  await choose(Math.max(0, same));
}

/** Show the wall of group `n`, after what is being shown: two answers that cross would put one group's crops under the other's name. */
function choose(n) {
  const mine = ++turn;
  wall.setAttribute("aria-busy", "true");
  showing = showing.then(async () => {
    if (mine === turn) await show(n);
    if (mine === turn) wall.setAttribute("aria-busy", "false");
  });
  return showing;
}

async function show(n) {
  release();
  chosen = Math.max(0, Math.min(groups.length - 1, n));
  odd = new Set();
  at = 0;
  for (const button of $$(".group", list)) button.classList.toggle("at", Number(button.dataset.n) === chosen);
  $(".group.at", list)?.scrollIntoView({ block: "nearest" });
  const group = groups[chosen];
  $("#key").textContent = group?.key ?? "";
  $("#nothing").hidden = Boolean(group);
  draw();
  if (!group) return;
  try {
    ({ items } = await post("/api/wall", { key: group.key, filters: filters() }));
    since = performance.now();
  } catch (error) {
    report(error);
  }
  draw();
  wall.focus({ preventScroll: true });
}

function brick(item, n) {
  const { tight } = item;
  const picture = tight ? make("img", { src: tight.url, alt: item.text, loading: "lazy" }) : make("span", { class: "soft" }, t("cell.no_scan"));
  return make("button", { type: "button", role: "option", tabindex: -1, class: "brick", "data-n": n, "aria-selected": "false", title: `${item.document} · ${item.path.join(" › ")}`, onclick: () => { at = n; toggle(); wall.focus({ preventScroll: true }); } },
    picture, make("small", {}, columnName(item.address)));
}

function draw() {
  fill(wall, items.map(brick));
  mark();
}

function mark() {
  for (const element of $$(".brick", wall)) {
    const n = Number(element.dataset.n);
    element.classList.toggle("odd", odd.has(n));
    element.classList.toggle("at", n === at);
    element.setAttribute("aria-selected", String(odd.has(n)));
  }
  $(".brick.at", wall)?.scrollIntoView({ block: "nearest" });
  $("#confirm").disabled = !items.length;
  $("#confirm-text").textContent = items.length ? t("wall.confirm.n", { keep: items.length - odd.size, odd: odd.size }) : t("wall.confirm");
}

function toggle() {
  if (!items.length) return;
  if (odd.has(at)) odd.delete(at);
  else odd.add(at);
  mark();
}

function columns() {
  const bricks = $$(".brick", wall);
  const top = bricks[0]?.offsetTop;
  const second = bricks.findIndex((brick) => brick.offsetTop !== top);
  return second > 0 ? second : Math.max(1, bricks.length);
}

function go(step) {
  at = Math.max(0, Math.min(items.length - 1, at + step));
  mark();
}

async function confirm() {
  if (!items.length || busy || wall.ariaBusy === "true") return;
  busy = true;
  const keep = items.filter((_, n) => !odd.has(n)).map(placeOf);
  const out = items.filter((_, n) => odd.has(n)).map(placeOf);
  try {
    await decide("/api/group", { keep, odd: out, seconds: Math.min(3600, (performance.now() - since) / 1000) });
    notice(t("wall.done", { keep: keep.length, odd: out.length }), "good");
    items = [];
    await loadGroups(groups[chosen]?.key);
  } catch (error) {
    report(error);
    await choose(chosen);
  } finally {
    busy = false;
  }
}

async function undo() {
  try {
    await post("/api/undo");
    notice(t("undo.done", { what: t("page.groups") }), "good");
    await loadGroups(groups[chosen]?.key);
  } catch (error) {
    report(error);
  }
}

listen(
  {
    ArrowRight: () => go(1), ArrowLeft: () => go(-1), ArrowDown: () => go(columns()), ArrowUp: () => go(-columns()),
    Home: () => go(-items.length), End: () => go(items.length), " ": toggle, x: toggle, Enter: confirm,
    "[": () => choose(chosen - 1), "]": () => choose(chosen + 1), z: undo, "Ctrl+z": undo,
  },
  { repeat: ["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"] },
);
wall.addEventListener("keydown", (event) => event.key === " " && event.preventDefault());
$("#confirm").addEventListener("click", confirm);
$("#document").addEventListener("change", () => loadGroups());
addEventListener("pagehide", release);
setInterval(() => {
  if (document.visibilityState === "visible") {
    for (const { form_id, address } of items) post("/api/renew", { form_id, address }).catch(() => undefined);
  }
}, 60000);
loadGroups();
