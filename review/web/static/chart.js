// Small charts as SVG: bars and lines over days, and an interval. Colours come from the style sheet.

import { make, svg } from "./dom.js";

const WIDTH = 560;
const HEIGHT = 190;
const LEFT = 42;
const BOTTOM = 22;
const TOP = 10;

/** Round steps (1, 2, 5 × 10ⁿ, none below `least`) from 0 to at least `most`. */
function ticks(most, least = 0) {
  const rough = Math.max(most, 1e-9) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((m) => m * power >= Math.max(rough, least)) * power;
  const out = [];
  for (let v = 0; v <= most + step * 0.999; v += step) out.push(v);
  return out;
}

const place = (k, n) => LEFT + ((k + 0.5) * (WIDTH - LEFT - 6)) / n;

function frame(days, most, label, title, least = 0) {
  const marks = ticks(most, least);
  const top = marks.at(-1);
  const y = (value) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - BOTTOM - TOP);
  const root = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "chart", role: "img", "aria-label": title });
  for (const value of marks) {
    root.append(svg("line", { x1: LEFT, x2: WIDTH, y1: y(value), y2: y(value), class: "rule" }));
    root.append(svg("text", { x: LEFT - 6, y: y(value) + 3.5, class: "mark", "text-anchor": "end" }, label(value)));
  }
  const every = Math.ceil(days.length / 8);
  days.forEach((day, k) => {
    if ((days.length - 1 - k) % every === 0) root.append(svg("text", { x: place(k, days.length), y: HEIGHT - 6, class: "mark", "text-anchor": "middle" }, day.slice(5)));
  });
  return { root, y };
}

/** A bar per day; `values` has a number or null for each of `days` (YYYY-MM-DD). */
export function bars(days, values, label, title) {
  const { root, y } = frame(days, Math.max(1, ...values.map((v) => v ?? 0)), label, title, 1);
  const wide = Math.min(34, ((WIDTH - LEFT) / days.length) * 0.62);
  values.forEach((value, k) => {
    if (!value) return;
    const height = Math.max(1, y(0) - y(value));
    root.append(svg("rect", { x: place(k, days.length) - wide / 2, y: y(0) - height, width: wide, height, rx: 2, class: "column" }, svg("title", {}, `${days[k]}: ${label(value)}`)));
  });
  return root;
}

/** A line over the days that have a value. */
export function line(days, values, label, title) {
  const { root, y } = frame(days, Math.max(1e-3, ...values.map((v) => v ?? 0)), label, title);
  const points = values.map((v, k) => (v === null ? null : [place(k, days.length), y(v), v, days[k]])).filter(Boolean);
  root.append(svg("polyline", { points: points.map(([x, py]) => `${x},${py}`).join(" "), class: "line" }));
  for (const [x, py, value, day] of points) root.append(svg("circle", { cx: x, cy: py, r: 3.4, class: "dot" }, svg("title", {}, `${day}: ${label(value)}`)));
  return root;
}

/** A rate with its interval on a scale from 0. */
export function interval(rate, low, high, label) {
  const marks = ticks(Math.min(1, Math.max(high * 1.1, 1e-4)));
  const x = (value) => 12 + (Math.min(value, marks.at(-1)) / marks.at(-1)) * (WIDTH - 40);
  const root = svg("svg", { viewBox: `0 0 ${WIDTH} 64`, class: "chart", role: "img" });
  for (const value of marks) {
    root.append(svg("line", { x1: x(value), x2: x(value), y1: 8, y2: 40, class: "rule" }));
    root.append(svg("text", { x: x(value), y: 58, class: "mark", "text-anchor": "middle" }, label(value)));
  }
  root.append(svg("line", { x1: x(low), x2: x(high), y1: 24, y2: 24, class: "span" }));
  root.append(svg("circle", { cx: x(rate), cy: 24, r: 6, class: "dot" }));
  return root;
}

export const nothing = (text) => make("p", { class: "empty" }, text);
