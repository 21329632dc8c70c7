// Findings: what the form's rules say, what a text being typed would change, and accepting one as printed.

import { fill, make } from "./dom.js";
import { ask } from "./frame.js";
import { decide } from "./api.js";
import { columnName, findingText, t } from "./text.js";

const same = (a, b) => a.rule === b.rule && a.cells.join() === b.cells.join();
const identical = (a, b) => same(a, b) && a.found === b.found && a.expected === b.expected;

/** What changes from `before` to `after`: [finding, "stays" | "gone" | "new"], what is new first. */
export function difference(before, after) {
  const fresh = after.filter((f) => !before.some((b) => identical(b, f))).map((f) => [f, "new"]);
  const stays = after.filter((f) => before.some((b) => identical(b, f))).map((f) => [f, "stays"]);
  const gone = before.filter((f) => !after.some((b) => same(b, f))).map((f) => [f, "gone"]);
  return [...fresh, ...stays, ...gone];
}

function badge(finding, change) {
  if (change === "gone") return make("span", { class: "badge green" }, t("finding.gone"));
  if (finding.accepted) return make("span", { class: "badge" }, t("finding.accepted"));
  const kind = finding.severity === "error" ? "red" : "amber";
  return make("span", { class: `badge ${kind}` }, change === "new" ? t("finding.new") : t(`severity.${finding.severity}`));
}

/** One finding. `onCell(address)` is called for a press on one of its cells, `onAccept()` to accept it as printed. */
export function findingCard(finding, { change = "stays", onCell, onAccept, hot } = {}) {
  const cells = finding.cells.map((address) =>
    onCell
      ? make("button", { class: "link", type: "button", onclick: () => onCell(address) }, columnName(address))
      : make("span", {}, columnName(address)),
  );
  const card = make(
    "li",
    { class: `finding ${change} ${finding.severity} ${hot ? "hot" : ""}`, "data-rule": finding.rule },
    make("div", { class: "row title" }, make("b", {}, t(`rule.${finding.rule}`, {}, finding.rule)), badge(finding, change)),
    make("p", {}, findingText(finding)),
    make(
      "p",
      { class: "sums" },
      make("span", { class: "soft" }, t("finding.found")), make("span", { class: "value" }, finding.found || "–"),
      make("span", { class: "soft" }, t("finding.expected")), make("span", { class: "value" }, finding.expected || "–"),
    ),
  );
  if (onCell) card.append(make("p", { class: "cells" }, ...cells));
  if (finding.note) card.append(make("p", { class: "soft" }, `“${finding.note}”`));
  if (onAccept && change !== "gone" && !finding.accepted) {
    card.append(make("button", { class: "button small", type: "button", onclick: onAccept }, t("finding.accept")));
  }
  return card;
}

export function showFindings(list, pairs, options = () => ({})) {
  if (!pairs.length) fill(list, make("li", { class: "calm" }, t("finding.none")));
  else fill(list, pairs.map(([finding, change]) => findingCard(finding, { change, ...options(finding) })));
}

/** Ask for the note and accept a finding of the document itself. Resolves to the outcome, or null when given up. */
export async function acceptAsPrinted(formId, finding) {
  const note = await ask(t("accept.title"), findingText(finding), t("accept.send"), { required: true });
  if (!note) return null;
  return decide("/api/accept", { form_id: formId, rule: finding.rule, cells: finding.cells, note });
}
