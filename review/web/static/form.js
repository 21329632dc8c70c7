// A whole form beside its scan: hovering a value shows its place, a press on the scan shows its value, any cell can be
// corrected in place, and what that does to the findings is seen at once.

import "./frame.js";
import { $, $$, fill, make, notice } from "./dom.js";
import { Refused, decide, get, post } from "./api.js";
import { acceptAsPrinted, difference, showFindings } from "./findings.js";
import { openHistory } from "./history.js";
import { isComposing, listen } from "./keys.js";
import { cellElement, drawSheet } from "./sheet.js";
import { columnName, reasonText, t } from "./text.js";
import { Viewer } from "./viewer.js";

const twin = $("#twin");
const sheet = $("#sheet");
const formId = twin.dataset.form;
const writes = twin.dataset.writes === "yes";
const viewer = new Viewer($("#viewer"), $("#stage"), pickAt);
let form = null;
let at = null; // the address at hand
let editing = null; // { address, field, version, taken: a promise of the lease }
let since = 0;

const errorText = (error) => (error instanceof Refused ? t(`error.${error.code}`, error.body, error.message) : t("error.network"));
const report = (error) => notice(errorText(error), "bad");
const cellOf = (address) => $(`[data-address="${CSS.escape(address)}"]`, sheet) ?? $$("[data-also]", sheet).find((c) => c.dataset.also.split(" ").includes(address));
const order = () => $$("[data-address]", sheet).map((cell) => cell.dataset.address);
const openCells = () => order().filter((address) => form.cells[address].state === "open");

// ---- showing

async function load() {
  form = await get("/api/form", { form_id: formId });
  const top = sheet.scrollTop;
  drawSheet(sheet, form);
  sheet.scrollTop = top;
  tabs();
  shown(difference(form.findings, form.findings));
  $("#tally").textContent = t("form.tally", { open: openCells().length, findings: form.findings.filter((f) => !f.accepted).length });
  $("#project").textContent = form.project || formId;
  if (at) select(at, { scroll: false });
  paint();
}

function shown(pairs) {
  showFindings($("#findings"), pairs, (finding) => ({
    hot: at !== null && finding.cells.includes(at),
    onCell: (address) => select(address),
    onAccept: writes ? () => accept(finding) : null,
  }));
}

function tabs() {
  const buttons = form.pages.map((page) =>
    make("button", { class: "button small", type: "button", "data-page": page.page, onclick: () => toPage(page.page) }, t("viewer.page", { n: page.page })));
  fill($("#page-tabs"), buttons.length > 1 ? buttons : []);
  const missing = $("#no-scan");
  missing.hidden = form.pages.length > 0;
  if (!form.pages.length) fill(missing, t("error.scan"));
  else if (!viewer.page) toPage(form.pages[0].page);
}

function toPage(number) {
  const page = form.pages.find((p) => p.page === number);
  if (!page) return;
  viewer.show(page);
  for (const button of $$("#page-tabs button")) button.classList.toggle("main", Number(button.dataset.page) === number);
  paint();
}

/** The boxes over the scan: what is open, what the finding at hand speaks of, and the cell at hand. */
function paint(hover = null) {
  if (!viewer.page || !form) return;
  const here = (address) => form.cells[address]?.page === viewer.page.page && form.cells[address].box[2] > form.cells[address].box[0];
  const boxes = openCells().filter((address) => address !== at && here(address)).map((address) => ({ address, box: form.cells[address].box, kind: "open" }));
  const related = form.findings.filter((f) => at && f.cells.includes(at)).flatMap((f) => f.cells);
  for (const address of related.filter(here)) boxes.push({ address, box: form.cells[address].box, kind: "related" });
  if (at && here(at)) boxes.push({ address: at, box: form.cells[at].box, kind: "at" });
  if (hover && here(hover)) boxes.push({ address: hover, box: form.cells[hover].box, kind: "hover" });
  viewer.draw(boxes);
}

function select(address, { scroll = true } = {}) {
  const element = cellOf(address);
  if (!element) return;
  at = element.dataset.address;
  for (const cell of $$(".cell.at", sheet)) cell.classList.remove("at");
  element.classList.add("at");
  if (scroll) element.scrollIntoView({ block: "nearest", inline: "nearest" });
  const cell = form.cells[at];
  if (cell.page && cell.page !== viewer.page?.page) toPage(cell.page);
  if (viewer.page && cell.page === viewer.page.page && cell.box[2] > cell.box[0]) viewer.reveal(cell.box);
  paint();
  if (!editing) shown(difference(form.findings, form.findings));
  history.replaceState(null, "", `#${encodeURIComponent(at)}`);
}

function pickAt(x, y) {
  const inside = order().filter((address) => {
    const { page, box } = form.cells[address];
    return page === viewer.page.page && box[2] > box[0] && viewer.holds(box, x, y);
  });
  const area = ({ box: [x0, y0, x1, y1] }) => (x1 - x0) * (y1 - y0);
  inside.sort((a, b) => area(form.cells[a]) - area(form.cells[b]));
  if (inside.length) select(inside[0]);
}

// ---- editing in place

/** Open the cell at hand for editing, at once: what is typed next belongs to it. The lease follows. */
function edit() {
  if (!at || !writes || editing) return;
  const address = at;
  const here = form.cells[address];
  if (here.keying) {
    location.assign(`/review?form=${encodeURIComponent(formId)}&cell=${encodeURIComponent(address)}`);
    return;
  }
  const cell = cellOf(address);
  const field = make("textarea", { class: "value edit", rows: Math.min(8, 1 + Math.floor(here.text.length / 18)), spellcheck: "false", "aria-label": columnName(address) });
  field.value = here.text;
  const choices = [here.suggestion, ...here.alternatives, here.raw].filter((text, n, all) => text !== null && text !== here.text && all.indexOf(text) === n).slice(0, 4);
  const picks = make("div", { class: "picks" }, choices.map((text) =>
    make("button", { class: "choice", type: "button", tabindex: -1, onmousedown: (event) => { event.preventDefault(); field.value = text; typed(); } }, make("span", { class: "value" }, text || t("cell.blank")))));
  const reasons = here.reasons.map((reason) => make("p", { class: "soft why" }, reasonText(reason)));
  fill(cell, field, picks, ...reasons);
  cell.classList.add("editing");
  const taken = post("/api/take", { form_id: formId, address }).then(({ item }) => {
    if (item.version !== here.version) throw new Refused(409, { error: "stale" });
  });
  editing = { address, field, version: here.version, taken };
  taken.catch((error) => {
    if (editing?.field !== field) return;
    report(error);
    leave(false);
    load().catch(report);
  });
  since = performance.now();
  if (viewer.page && here.page === viewer.page.page) viewer.reveal(here.box, true);
  field.addEventListener("keydown", onKey);
  field.addEventListener("input", typed);
  cell.scrollIntoView({ block: "nearest" });
  field.focus({ preventScroll: true });
  field.select();
}

function onKey(event) {
  if (isComposing(event)) return;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    event.stopPropagation();
    save();
  } else if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    leave(true);
  } else if (event.key === "Tab") {
    event.preventDefault();
    save(event.shiftKey ? -1 : 1);
  }
}

let waiting = null;
let asked = 0;
function typed() {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const mine = ++asked;
    const { address, field } = editing ?? {};
    if (!address) return;
    try {
      const { findings } = await post("/api/preview", { form_id: formId, address, text: field.value });
      if (editing?.address === address && mine === asked) shown(difference(form.findings, findings));
    } catch (error) {
      if (!(error instanceof Refused)) report(error);
    }
  }, 80);
}

function redraw(address) {
  const old = cellOf(address);
  if (!old) return;
  const extra = { rowspan: old.rowSpan > 1 ? old.rowSpan : null, "data-also": old.dataset.also ?? null, "data-parent": old.dataset.parent ?? null };
  const fresh = cellElement(old.dataset.address, form.cells[old.dataset.address], extra);
  fresh.classList.toggle("at", old.dataset.address === at);
  old.replaceWith(fresh);
}

function leave(give) {
  if (!editing) return;
  const { address } = editing;
  editing = null;
  redraw(address);
  shown(difference(form.findings, form.findings));
  if (give) post("/api/release", { cells: [{ form_id: formId, address }] }).catch(() => undefined);
  $("#twin").focus?.();
}

async function save(step = 0) {
  const { address, field, version, taken } = editing;
  const body = { form_id: formId, address, text: field.value.trim(), version, seconds: Math.min(900, (performance.now() - since) / 1000) };
  field.disabled = true;
  try {
    await taken;
    await decide("/api/confirm", body);
  } catch (error) {
    if (editing?.field !== field) return; // refused with the lease, and said so
    field.disabled = false;
    field.focus();
    report(error);
    return;
  }
  editing = null;
  await load();
  if (step) move(step);
}

async function unreadable() {
  if (!at || !writes) return;
  try {
    const { item } = await post("/api/take", { form_id: formId, address: at });
    await decide("/api/unreadable", { form_id: formId, address: at, version: item.version });
    await load();
  } catch (error) {
    report(error);
  }
}

async function accept(finding) {
  try {
    if (!(await acceptAsPrinted(formId, finding))) return;
    notice(t("accept.done"), "good");
    await load();
  } catch (error) {
    report(error);
  }
}

async function undo() {
  try {
    const { entry, item } = await post("/api/undo");
    if (item) post("/api/release", { cells: [{ form_id: item.form_id, address: item.address }] }).catch(() => undefined);
    notice(t("undo.done", { what: entry.address ? columnName(entry.address) : t("action.accepted") }), "good");
    await load();
    if (entry.form_id === formId && entry.address) select(entry.address);
  } catch (error) {
    report(error);
  }
}

// ---- moving

function move(step) {
  const all = order();
  if (all.length) select(all[Math.max(0, Math.min(all.length - 1, all.indexOf(at) + step))] ?? all[0]);
}

function moveDown(step) {
  const cell = at && cellOf(at);
  if (!cell) return move(step);
  const column = at.split(".").pop();
  const all = order();
  const near = all.slice(step > 0 ? all.indexOf(at) + 1 : 0, step > 0 ? all.length : all.indexOf(at));
  const inColumn = near.filter((address) => address.split(".").length === 3 && address.split(".").pop() === column && address.split(".")[0] === at.split(".")[0]);
  const row = cell.closest("tr");
  const beyond = near.filter((address) => cellOf(address).closest("tr") !== row);
  const pick = (list) => list[step > 0 ? 0 : list.length - 1];
  return select(pick(inColumn) ?? pick(beyond) ?? at);
}

function toOpen(step) {
  const open = openCells();
  if (!open.length) return notice(t("queue.empty"));
  const all = order();
  const place = all.indexOf(at);
  const next = step > 0 ? open.find((a) => all.indexOf(a) > place) ?? open[0] : open.findLast((a) => all.indexOf(a) < place) ?? open.at(-1);
  return select(next);
}

function turnPage(step) {
  const pages = form.pages.map((p) => p.page);
  toPage(pages[Math.max(0, Math.min(pages.length - 1, pages.indexOf(viewer.page?.page) + step))]);
}

const acceptHere = () => {
  const finding = form.findings.find((f) => f.cells.includes(at) && !f.accepted);
  if (finding && writes) accept(finding);
};

listen(
  {
    ArrowRight: () => move(1), ArrowLeft: () => move(-1), ArrowDown: () => moveDown(1), ArrowUp: () => moveDown(-1),
    Tab: () => move(1), "Shift+Tab": () => move(-1), Enter: edit, e: edit, F2: edit, n: () => toOpen(1), p: () => toOpen(-1),
    h: () => at && openHistory({ form_id: formId, address: at }), u: unreadable, z: undo, "Ctrl+z": undo, a: acceptHere,
    r: () => at && location.assign(`/review?form=${encodeURIComponent(formId)}&cell=${encodeURIComponent(at)}`),
    "+": () => viewer.zoom(1.3), "=": () => viewer.zoom(1.3), "-": () => viewer.zoom(1 / 1.3), f: () => viewer.fit(), t: () => viewer.turnOver(),
    "Shift+ArrowRight": () => viewer.pan(-80, 0), "Shift+ArrowLeft": () => viewer.pan(80, 0),
    "Shift+ArrowDown": () => viewer.pan(0, -80), "Shift+ArrowUp": () => viewer.pan(0, 80),
    PageDown: () => turnPage(1), PageUp: () => turnPage(-1),
  },
  { repeat: ["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "Tab", "Shift+Tab", "+", "-", "Shift+ArrowRight", "Shift+ArrowLeft", "Shift+ArrowDown", "Shift+ArrowUp"], when: () => form !== null },
);

sheet.addEventListener("pointerover", (event) => paint(event.target.closest(".cell")?.dataset.address ?? null));
sheet.addEventListener("pointerleave", () => paint());
sheet.addEventListener("click", (event) => {
  const cell = event.target.closest(".cell");
  if (!cell || cell.classList.contains("editing")) return;
  if (editing) leave(true);
  const again = cell.dataset.address === at;
  select(cell.dataset.address);
  if (again) edit();
});
$("#next-open").addEventListener("click", () => toOpen(1));
for (const button of $$("[data-view]")) {
  const views = { in: () => viewer.zoom(1.3), out: () => viewer.zoom(1 / 1.3), fit: () => viewer.fit(), turn: () => viewer.turnOver() };
  button.addEventListener("click", views[button.dataset.view]);
}

try {
  await load();
  const wanted = decodeURIComponent(location.hash.slice(1));
  if (wanted && form.cells[wanted]) select(wanted);
} catch (error) {
  report(error);
}
