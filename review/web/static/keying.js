import "./frame.js";
import { $, $$, notice } from "./dom.js";
import { Refused, post } from "./api.js";
import { listen } from "./keys.js";
import { t } from "./text.js";

const form = $("#critical");
const lines = () => form.elements.patterns.value.split("\n").map((line) => line.trim()).filter(Boolean);

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const { patterns } = await post("/api/critical", { patterns: lines() });
    form.elements.patterns.value = patterns.join("\n");
    notice(t("keying.saved"), "good");
  } catch (error) {
    notice(error instanceof Refused ? error.message : t("error.network"), "bad");
  }
});
for (const button of $$("[data-pattern]")) {
  button.addEventListener("click", () => {
    form.elements.patterns.value = [...new Set([...lines(), button.dataset.pattern])].join("\n");
  });
}
listen({ Enter: () => location.assign($("#start").href) });
