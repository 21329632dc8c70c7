// The desk: one cell after the other, by the keyboard alone. The next cell is fetched and its crop decoded while the
// present one is looked at; a decision is sent while the next cell is already shown, and comes back if it was refused.

import "./frame.js";
import { $, notice } from "./dom.js";
import { Refused, decide, post, watchPending } from "./api.js";
import { choices, prefetch, showCrop, showItem } from "./cellview.js";
import { acceptAsPrinted, difference, showFindings } from "./findings.js";
import { openHistory } from "./history.js";
import { isComposing, listen } from "./keys.js";
import { columnName, count, duration, t } from "./text.js";

const desk = $("#desk");
const value = $("#value");
const why = $("#why");
const filters = JSON.parse(desk.dataset.filters);
const wanted = JSON.parse(desk.dataset.cell);
const IDLE = 10 * 60 * 1000; // a person who has not touched anything for so long no longer holds cells

let current = null;
let ahead = []; // leased and prefetched, in the order they will be shown
let wide = false;
let since = 0;
let touched = performance.now();
let previewing = null;
let fetching = null;
const jobs = new Set(); // promises of decisions that the server has not taken yet

const place = (item) => ({ form_id: item.form_id, address: item.address });
const isAt = (item, other) => item && item.form_id === other.form_id && item.address === other.address;
const isBlind = (item) => item.keying === 1 || item.keying === 2;

// ---- fetching

/** Fetch one more cell. A cell whose decision is still on its way would come again, so those are waited for. */
async function more() {
  while (jobs.size) await Promise.allSettled(jobs);
  const after = current ? place(current) : null;
  const { item, counts } = await post("/api/next", { filters, after });
  showCounts(counts);
  if (item && ![current, ...ahead].some((held) => held && isAt(held, item))) {
    ahead.push(item);
    prefetch(item);
  }
}

/** Have one cell ready beside the present one. Resolves to whether the server has answered. */
function fetchAhead() {
  if (!fetching && ahead.length < 1) {
    const failed = (error) => {
      report(error);
      return error instanceof Refused && error.status < 500;
    };
    fetching = more().then(() => true, failed).finally(() => {
      fetching = null;
    });
  }
  return fetching ?? Promise.resolve(true);
}

const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });
let turns = 0;

/** Show the next cell: the one at hand, else the one that the server gives, else that nothing waits. */
async function advance() {
  current = null;
  turns += 1;
  const turn = turns;
  while (!ahead.length) {
    desk.dataset.state = "waiting";
    // A fetch that is under way was asked before the last decision: its "nothing else" does not count.
    if (fetching) await fetching;
    else if (await fetchAhead()) {
      if (turn === turns && !ahead.length) {
        desk.dataset.state = "empty";
        return;
      }
    } else await pause(1500);
    if (turn !== turns) return;
  }
  present(ahead.shift());
  fetchAhead();
}

// ---- showing

function present(item, text = isBlind(item) ? "" : item.text) {
  turns += 1;
  current = item;
  wide = false;
  since = performance.now();
  desk.dataset.state = "ready";
  desk.dataset.form = item.form_id;
  desk.dataset.address = item.address;
  desk.dataset.keying = item.keying;
  value.value = text;
  value.classList.toggle("long", item.text.length > 24);
  why.value = "";
  showItem(item, pick);
  showNow(item.findings);
  if (isBlind(item)) edit();
  else look();
  changed();
}

function showNow(after) {
  const mine = current;
  const pairs = difference(mine.findings, after);
  showFindings($("#findings"), pairs, (finding) => ({
    hot: finding.cells.includes(mine.address),
    onAccept: isBlind(mine) ? null : () => accept(mine, finding),
  }));
}

async function accept(item, finding) {
  try {
    const outcome = await acceptAsPrinted(item.form_id, finding);
    if (!outcome) return;
    notice(t("accept.done"), "good");
    await refresh(item);
  } catch (error) {
    report(error);
  }
}

function showCounts(counts) {
  if (!counts) return;
  $("#open").textContent = count(counts.open);
  $("#done").textContent = count(counts.done);
  $("#left").textContent = duration(counts.seconds_left);
  const all = counts.open + counts.done + counts.unreadable + counts.postponed;
  $("#share").style.width = `${all ? (100 * (counts.done + counts.unreadable)) / all : 100}%`;
}

/** The cell as the server has it now: findings and suggestion change with every decision about its form. */
async function refresh(item) {
  const fresh = (await post("/api/take", place(item))).item;
  if (isAt(current, item)) {
    const typed = value.value;
    const untouched = typed === current.text;
    current = fresh;
    showItem(fresh, pick);
    if (untouched && !isBlind(fresh)) value.value = fresh.text;
    preview();
  } else {
    ahead = ahead.map((other) => (isAt(other, item) ? fresh : other));
  }
}

// ---- the two ways to work: looking (keys are commands) and typing

const look = () => {
  desk.dataset.mode = "look";
  value.blur();
  why.blur();
  desk.focus({ preventScroll: true });
};

function edit(select = true) {
  if (!current) return;
  desk.dataset.mode = "edit";
  value.focus();
  if (select) value.select();
}

function put(text) {
  if (!current) return;
  value.value = text;
  changed();
}

const pick = (n) => {
  const texts = current ? choices(current) : [];
  if (n < texts.length) put(texts[n]);
  if (desk.dataset.mode === "look") look();
};

function changed() {
  desk.dataset.changed = current && value.value !== current.text ? "yes" : "no";
  clearTimeout(previewing);
  previewing = setTimeout(preview, 80);
}

let asked = 0;
async function preview() {
  const item = current;
  if (!item || isBlind(item)) return;
  const mine = ++asked;
  if (value.value === item.text) return showNow(item.findings);
  try {
    const { findings } = await post("/api/preview", { ...place(item), text: value.value });
    if (mine === asked && isAt(current, item)) showNow(findings);
  } catch (error) {
    if (mine === asked && !(error instanceof Refused)) report(error);
  }
}

// ---- deciding

const spent = () => Math.min(900, (performance.now() - since) / 1000);

function send(path, item, body) {
  const job = deliver(path, item, { ...place(item), version: item.version, seconds: spent(), ...body });
  jobs.add(job);
  job.finally(() => jobs.delete(job));
  advance();
}

/** Bring a decision to the server, again and again until it answers; what it refuses is said and the cell comes back. */
async function deliver(path, item, body) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      settled(item, await decide(path, body));
      return;
    } catch (error) {
      if (error instanceof Refused && error.status < 500) {
        // The first try may have arrived although its answer did not.
        if (!(attempt && error.code === "stale")) notice(`${columnName(item.address)}: ${errorText(error)}`, "bad");
        desk.dataset.offline = "no";
        return;
      }
      desk.dataset.offline = "yes";
      await pause(1500);
    }
  }
}

function settled(item, outcome) {
  desk.dataset.offline = "no";
  desk.dataset.last = `${item.form_id} ${item.address}`;
  showCounts(outcome.counts);
  for (const other of [current, ...ahead]) {
    if (other && other.form_id === item.form_id && !isBlind(other)) refresh(other).catch(report);
  }
}

const decision = {
  confirm() {
    if (!current && desk.dataset.state === "empty") advance();
    if (!current) return;
    if (current.keying === 0 || current.keying === 3) {
      send("/api/confirm", current, { text: value.value.trim(), why: why.value.trim() });
    } else {
      if (value.value.trim() === "" && desk.dataset.sure !== current.address) {
        desk.dataset.sure = current.address;
        notice(t("keying.blank"));
        return;
      }
      send("/api/key", current, { text: value.value.trim() });
    }
  },
  postpone: () => current && send("/api/postpone", current, { why: why.value.trim() }),
  unreadable: () => current && send("/api/unreadable", current, { why: why.value.trim() }),
};

async function undo() {
  if (desk.dataset.undoing === "yes") return;
  desk.dataset.undoing = "yes";
  try {
    const { item, counts, entry } = await post("/api/undo");
    showCounts(counts);
    notice(t("undo.done", { what: columnName(entry.address) }), "good");
    if (!item) return;
    ahead = ahead.filter((other) => !isAt(other, item));
    if (current && !isAt(current, item)) ahead.unshift(current);
    present(item);
  } catch (error) {
    report(error);
  } finally {
    desk.dataset.undoing = "no";
  }
}

// ---- holding

async function renew() {
  if (performance.now() - touched > IDLE) return;
  for (const item of [current, ...ahead].filter(Boolean)) {
    try {
      await post("/api/renew", place(item));
    } catch (error) {
      if (!(error instanceof Refused)) return;
      ahead = ahead.filter((other) => !isAt(other, item));
      if (isAt(current, item)) {
        notice(t("error.lease"), "bad");
        advance();
      }
    }
  }
}

function release() {
  const held = [current, ...ahead].filter(Boolean).map(place);
  if (held.length) post("/api/release", { cells: held }, { keepalive: true }).catch(() => undefined);
}

const errorText = (error) =>
  error instanceof Refused ? t(`error.${error.code}`, error.body, error.message) : t("error.network");
const report = (error) => notice(errorText(error), "bad");

// ---- wiring

const toForm = () => {
  if (current) location.assign(current.form_url);
};

const context = () => {
  wide = !wide;
  if (current) showCrop(wide ? current.wide : current.crop);
};

listen(
  {
    Enter: decision.confirm, Escape: decision.postpone, u: decision.unreadable, z: undo, "Ctrl+z": undo,
    e: () => edit(), F2: () => edit(), i: () => edit(false), w: () => why.focus(), c: context, " ": context, o: toForm,
    h: () => current && openHistory(current), 0: () => current && put(current.text), "-": () => put("—"), "/": () => put("/"),
    Backspace: () => put(""), Delete: () => put(""),
    s: () => current && current.suggestion !== null && put(current.suggestion),
    ...Object.fromEntries([1, 2, 3, 4, 5, 6].map((n) => [String(n), () => pick(n - 1)])),
  },
  { typing: { "Ctrl+Enter": decision.confirm }, when: () => desk.dataset.state === "ready" || desk.dataset.state === "empty" },
);

for (const field of [value, why]) {
  field.addEventListener("keydown", (event) => {
    if (isComposing(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey) {
      event.preventDefault();
      if (field === value) decision.confirm();
      else look();
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      if (field === value && current && !isBlind(current)) put(current.text);
      if (field === value && current && isBlind(current)) decision.postpone();
      else look();
    }
  });
}
value.addEventListener("input", changed);
value.addEventListener("focus", () => {
  desk.dataset.mode = "edit";
});
value.addEventListener("blur", () => {
  desk.dataset.mode = "look";
});
for (const type of ["keydown", "pointerdown"]) addEventListener(type, () => { touched = performance.now(); }, true);
for (const button of document.querySelectorAll("[data-do]")) {
  const actions = { ...decision, undo, edit, context };
  button.addEventListener("click", () => {
    button.blur();
    actions[button.dataset.do]();
  });
}
addEventListener("resize", () => current && showCrop(wide ? current.wide : current.crop));
addEventListener("pagehide", release);
addEventListener("pageshow", (event) => event.persisted && location.reload());
watchPending((n) => {
  desk.dataset.pending = n;
});
setInterval(renew, 30000);

async function start() {
  try {
    if (wanted) ahead.push((await post("/api/take", wanted)).item);
  } catch (error) {
    report(error);
  }
  await advance();
}
start();
