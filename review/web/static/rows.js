// Lists that the arrows walk through: one row is at hand, Enter opens it.

import { $$ } from "./dom.js";
import { listen } from "./keys.js";

/** `rows()` gives the rows in order, `open(row)` what Enter does; `other` are further keys. */
export function walk(rows, open, other = {}) {
  let at = -1;
  const go = (step) => {
    const all = rows();
    if (!all.length) return;
    at = Math.max(0, Math.min(all.length - 1, at + step));
    for (const row of all) row.classList.toggle("at", row === all[at]);
    all[at].scrollIntoView({ block: "nearest" });
  };
  listen(
    {
      ArrowDown: () => go(1), ArrowUp: () => go(-1), j: () => go(1), k: () => go(-1),
      PageDown: () => go(10), PageUp: () => go(-10),
      Enter: () => {
        const all = rows();
        return open(all[at] ?? null);
      },
      ...other,
    },
    { repeat: ["ArrowDown", "ArrowUp", "j", "k", "PageDown", "PageUp"] },
  );
}

export const rowsOf = (table) => () => $$("tbody tr", table);
