// The texts of the page's language, by key.

const language = document.documentElement.lang === "en" ? "en" : "zh";
const { default: texts, reasons } = await import(`./text/${language}.js`);

/** The text of `key` with `{name}` filled in; `fallback` (or the key) where there is none. */
export function t(key, values = {}, fallback = key) {
  const found = key in texts ? texts[key] : fallback;
  return found.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

const locale = language === "zh" ? "zh-CN" : "en-GB";
const whole = new Intl.NumberFormat(locale);
const times = new Intl.DateTimeFormat(locale, { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });

export const count = (number) => whole.format(number);
export const when = (seconds) => times.format(new Date(seconds * 1000));

/** A probability as people read it: never 100 % for what is only nearly certain. */
export function percent(share) {
  if (share >= 0.9995 && share < 1) return `${(Math.floor(share * 1e5) / 1e3).toFixed(2)}%`;
  if (share > 0 && share < 0.001) return "<0.1%";
  return `${(share * 100).toFixed(share >= 0.1 && share < 0.995 ? 0 : 1)}%`;
}

/** Seconds as "3 min" or "1 h 20 min". */
export function duration(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  if (seconds < 60) return t("time.seconds", { n: Math.round(seconds) });
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return t("time.minutes", { n: minutes });
  return t("time.hours", { h: Math.floor(minutes / 60), m: minutes % 60 });
}

/** A rule's finding in a sentence of this language. */
export function findingText(finding) {
  if (language === "en") return finding.message;
  return t(`rule.${finding.rule}.says`, finding, finding.message);
}

/** Why a cell is doubted, in this language where the sentence is known, else as the program says it. */
export function reasonText(reason) {
  for (const [pattern, sentence] of reasons) {
    const found = new RegExp(`^${pattern}$`, "u").exec(reason);
    if (found) return sentence.replace(/\$(\d)/g, (_, n) => found[Number(n)] ?? "");
  }
  return reason;
}

export const columnName = (address) => {
  const parts = address.split(".");
  return t(`column.${parts.length > 2 ? `${parts[0]}.` : ""}${parts[parts.length - 1]}`, {}, t(`column.${address}`, {}, parts[parts.length - 1]));
};
