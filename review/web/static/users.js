import { $, $$, notice } from "./dom.js";
import { Refused, post } from "./api.js";
import { t } from "./text.js";
import { askPassword } from "./frame.js";

const report = (error) => notice(error instanceof Refused ? `${t(`error.${error.code}`)}: ${error.message}` : t("error.network"), "bad");

async function change(name, body) {
  try {
    await post("/api/user", { name, ...body });
    notice(t("users.done"), "good");
    return true;
  } catch (error) {
    report(error);
    return false;
  }
}

for (const row of $$("[data-user]")) {
  const name = row.dataset.user;
  for (const part of $$("[data-act]", row)) {
    const act = part.dataset.act;
    if (act === "role") part.addEventListener("change", () => change(name, { action: "role", role: part.value }));
    else if (act === "password") {
      part.addEventListener("click", async () => {
        const password = await askPassword(t("users.newpassword", { name }), t("save"));
        if (password) change(name, { action: "password", password });
      });
    } else part.addEventListener("click", async () => (await change(name, { action: act })) && location.reload());
  }
}

$("#add").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await post("/api/users", Object.fromEntries(new FormData(event.target)));
    location.reload();
  } catch (error) {
    report(error);
  }
});
