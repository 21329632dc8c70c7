// A form as a sheet of cells: drawn from the addresses, so that any number of rows and columns fits.

import { fill, make } from "./dom.js";
import { columnName, t } from "./text.js";

const HEAD = ["title", "year", "project", "department", "unit"];
const FUNDS = ["label", "initial_budget", "annual_budget", "executed", "weight", "rate", "score"];
const INDICATOR = ["level1", "level2", "level3", "target", "basis", "actual", "weight", "score", "reason"];

/** The class of a cell: how it stands with the reviewers. */
export function standing(cell) {
  if (cell.state === "open") return "open";
  if (cell.state === "unreadable") return "unreadable";
  if (cell.state === "done") return cell.origin === "corrected" ? "done corrected" : "done";
  return "quiet";
}

export function cellElement(address, cell, extra = {}) {
  const blind = cell.keying === 1 || cell.keying === 2;
  return make(
    "td",
    {
      class: `cell ${standing(cell)} ${cell.kind === "text" ? "" : "number"}`,
      "data-address": address, tabindex: "-1", title: cell.reasons.join("\n") || null, ...extra,
    },
    make("span", { class: "shown" }, blind ? "•••" : cell.text),
  );
}

function pairs(form, addresses) {
  return make("table", { class: "pairs" }, make("tbody", {}, addresses.map((address) =>
    make("tr", {}, make("th", {}, columnName(address)), cellElement(address, form.cells[address])))));
}

function grid(form, columns, rows, prefix) {
  const shown = columns.filter((column) => rows.some((row) => form.cells[`${prefix}.${row}.${column}`]));
  const body = rows.map((row) =>
    make("tr", {}, shown.map((column) => {
      const address = `${prefix}.${row}.${column}`;
      return form.cells[address] ? cellElement(address, form.cells[address]) : make("td", {});
    })));
  const head = make("tr", {}, shown.map((column) => make("th", { class: `c-${column}` }, columnName(`${prefix}.0.${column}`))));
  return make("table", { class: `grid ${prefix}` }, make("thead", {}, head), make("tbody", {}, body));
}

/** Merge equal level names that follow each other, as the print does. */
function merge(table) {
  for (const column of [1, 0]) {
    let first = null;
    for (const row of [...table.tBodies[0].rows]) {
      const cell = row.querySelector(`[data-address$=".level${column + 1}"]`);
      if (!cell) continue;
      const same = first && cell.textContent === first.textContent && cell.textContent && cell.className === first.className;
      const above = first && (column === 0 || sameParent(cell, first));
      if (same && above) {
        first.rowSpan += 1;
        first.dataset.also = `${first.dataset.also ?? ""} ${cell.dataset.address}`;
        cell.remove();
      } else first = cell;
    }
  }
}

const sameParent = (a, b) => a.dataset.parent === b.dataset.parent;

export function drawSheet(place, form) {
  const section = (name, ...content) => make("section", {}, make("h3", {}, t(`section.${name}`)), ...content);
  const list = (n) => [...Array(n).keys()];
  const have = (addresses) => addresses.filter((address) => form.cells[address]);
  const parts = [section("head", pairs(form, have(HEAD)))];
  if (form.funds) parts.push(section("funds", grid(form, FUNDS, list(form.funds), "funds")));
  const goals = have(["goals.expected", "goals.actual"]);
  if (goals.length) parts.push(section("goals", pairs(form, goals)));
  if (form.indicators) {
    const table = grid(form, INDICATOR, list(form.indicators), "indicators");
    for (const cell of table.querySelectorAll('[data-address$=".level2"]')) {
      cell.dataset.parent = form.cells[cell.dataset.address.replace("level2", "level1")].text;
    }
    merge(table);
    parts.push(section("indicators", table));
  }
  const total = have(["total.weight", "total.score", "total.reason"]);
  if (total.length) parts.push(section("total", pairs(form, total)));
  if (form.cells.note) parts.push(section("note", pairs(form, ["note"])));
  fill(place, parts);
}
