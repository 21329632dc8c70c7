// Figures per day and person, and what the audit says.

import "./frame.js";
import { $, $$, fill, make, notice } from "./dom.js";
import { get } from "./api.js";
import { bars, interval, line, nothing } from "./chart.js";
import { count, duration, percent, t } from "./text.js";

const one = (value) => (value >= 100 ? value.toFixed(0) : value.toFixed(1));
const rate = (value) => `${(value * 100).toFixed(value && value < 0.1 ? (value < 0.01 ? 2 : 1) : 0)}%`;

function span(days, n) {
  const out = [];
  const last = new Date();
  for (let k = n - 1; k >= 0; k -= 1) {
    const day = new Date(last.getFullYear(), last.getMonth(), last.getDate() - k);
    out.push(`${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, "0")}-${String(day.getDate()).padStart(2, "0")}`);
  }
  // The server's days may differ from the browser's by its time zone.
  return [...new Set([...days.map((d) => d.day), ...out])].sort().slice(-Math.max(n, 1));
}

const weighted = (rows, name) => {
  const cells = rows.reduce((sum, row) => sum + row.cells, 0);
  return cells ? rows.reduce((sum, row) => sum + row[name] * row.cells, 0) / cells : null;
};

function figure(value, label) {
  return make("div", { class: "figure" }, make("b", {}, value), make("span", {}, label));
}

function plots(days, n) {
  const every = span(days, n);
  const of = (day) => days.filter((row) => row.day === day);
  const draw = (id, chart, values, label) => {
    const some = values.some((v) => v !== null && v !== 0);
    fill($(`#plot-${id}`), some ? chart(every, values, label, t(`plot.${id}`)) : nothing(t("statistics.none")));
  };
  draw("cells", bars, every.map((day) => of(day).reduce((sum, row) => sum + row.cells, 0)), (v) => count(Math.round(v)));
  draw("seconds", line, every.map((day) => weighted(of(day), "seconds")), one);
  draw("changed", line, every.map((day) => weighted(of(day), "changed")), rate);
}

function audit(figures) {
  if (figures.rate === null) {
    fill($("#audit"), nothing(t("audit.none")));
    return;
  }
  fill(
    $("#audit"),
    make("p", {}, make("span", { class: "audit-rate" }, rate(figures.rate)), " ", make("span", { class: "soft" }, t("audit.rate"))),
    interval(figures.rate, figures.low, figures.high, rate),
    make("p", { class: "soft" }, t("audit.says", {
      sampled: count(figures.sampled), wrong: count(figures.wrong), level: percent(figures.level),
      low: rate(figures.low), high: rate(figures.high), population: count(figures.population),
    })),
  );
}

function people(days) {
  const rows = [...days].reverse().map((row) =>
    make("tr", {}, make("td", {}, row.day), make("td", {}, row.user), make("td", { class: "number" }, count(row.cells)),
      make("td", { class: "number" }, one(row.seconds)), make("td", { class: "number" }, rate(row.changed)), make("td", { class: "number" }, count(row.unreadable))));
  fill($("#people tbody"), rows.length ? rows : make("tr", {}, make("td", { colspan: 6, class: "soft" }, t("statistics.none"))));
}

async function load(n) {
  for (const button of $$("#spans button")) button.classList.toggle("main", Number(button.dataset.days) === n);
  try {
    const found = await get("/api/statistics", { days: n });
    const { counts } = found;
    fill(
      $("#figures"),
      figure(count(found.days.reduce((sum, row) => sum + row.cells, 0)), t("statistics.cells")),
      figure(found.days.length ? one(weighted(found.days, "seconds")) : "–", t("statistics.median")),
      figure(found.days.length ? rate(weighted(found.days, "changed")) : "–", t("statistics.changed")),
      figure(count(counts.open), t("counts.open")), figure(duration(counts.seconds_left), t("counts.left")),
    );
    plots(found.days, n);
    audit(found.audit);
    people(found.days);
  } catch (error) {
    notice(error.message, "bad");
  }
}

for (const button of $$("#spans button")) button.addEventListener("click", () => load(Number(button.dataset.days)));
load(30);
