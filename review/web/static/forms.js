import "./frame.js";
import { $, notice } from "./dom.js";
import { post } from "./api.js";
import { rowsOf, walk } from "./rows.js";
import { t } from "./text.js";

const open = (row) => row && location.assign($("a", row).href);

walk(rowsOf($("table.list")), open);
for (const row of rowsOf($("table.list"))()) row.addEventListener("click", () => open(row));
$("#export")?.addEventListener("click", async (event) => {
  const button = event.currentTarget;
  button.disabled = true;
  try {
    notice(t("export.done", await post("/api/export")), "good");
  } catch (error) {
    notice(error.message, "bad");
  } finally {
    button.disabled = false;
  }
});
