// What was decided about a cell: who, when, from what to what.

import { fill, make, notice } from "./dom.js";
import { get } from "./api.js";
import { columnName, t, when } from "./text.js";

const text = (value) => (value === "" ? make("i", { class: "faint" }, t("cell.blank")) : make("span", { class: "value" }, value));

function line(entry) {
  const changes = entry.before !== entry.after && ["corrected", "settled", "keyed"].includes(entry.action);
  return make(
    "li",
    { class: entry.undone ? "undone" : "" },
    make("span", { class: "soft" }, when(entry.at)), make("b", {}, entry.user),
    make("span", { class: "badge" }, t(`action.${entry.action}`)),
    changes ? [text(entry.before), "→", text(entry.after)] : entry.action === "confirmed" ? text(entry.after) : null,
    entry.why ? make("span", { class: "soft" }, `“${entry.why}”`) : null,
  );
}

export async function openHistory({ form_id, address }) {
  let entries;
  try {
    ({ entries } = await get("/api/history", { form_id, address }));
  } catch (error) {
    notice(error.message, "bad");
    return;
  }
  const list = make("ol", { class: "history" });
  fill(list, entries.length ? entries.map(line) : make("li", { class: "calm" }, t("history.none")));
  const close = make("button", { class: "button small quiet", type: "button", onclick: () => dialog.close() }, t("close"));
  const dialog = make("dialog", {}, make("header", {}, make("h2", {}, `${t("history.title")} · ${columnName(address)}`), close), make("div", { class: "inside" }, list));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
