// A cell on the screen: crop, value, alternatives, place, reasons. Draws only; `cell.js` decides.

import { $, fill, key, make } from "./dom.js";
import { columnName, reasonText, t } from "./text.js";

const view = {
  crop: $("#crop"), mark: $("#mark"), frame: $("#crop-frame"), value: $("#value"), place: $("#place"), path: $("#path"),
  alternatives: $("#alternatives"), reasons: $("#reasons"), suggestion: $("#suggestion"), read: $("#read"), page: $("#page"),
};

/** Have a crop's picture loaded and decoded before it is needed. */
export function prefetch(item) {
  if (!item) return;
  for (const crop of [item.crop, item.wide]) {
    const picture = new Image();
    picture.src = crop.url;
    picture.decode().catch(() => undefined);
  }
}

/** Show the crop at the largest size that fits its frame, at most at twice its own pixels. */
export function showCrop(crop) {
  view.crop.hidden = view.mark.hidden = !crop;
  if (!crop) return;
  const room = view.frame.getBoundingClientRect();
  const scale = Math.min((room.width - 24) / crop.width, (room.height - 24) / crop.height, 2 * Math.max(1, room.width / 1400));
  const width = Math.floor(crop.width * scale);
  const height = Math.floor(crop.height * scale);
  if (view.crop.getAttribute("src") !== crop.url) view.crop.src = crop.url;
  view.crop.style.width = `${width}px`;
  view.crop.style.height = `${height}px`;
  const holder = view.crop.parentElement;
  holder.style.width = `${width}px`;
  holder.style.height = `${height}px`;
  const [left, top, right, bottom] = crop.mark;
  const pad = 3;
  view.mark.style.left = `${left * width - pad}px`;
  view.mark.style.top = `${top * height - pad}px`;
  view.mark.style.width = `${(right - left) * width + 2 * pad}px`;
  view.mark.style.height = `${(bottom - top) * height + 2 * pad}px`;
}

const shown = (text) => (text === "" ? make("i", { class: "faint" }, t("cell.blank")) : text);

const NEAR = 9; // signs around a difference that stay when the rest of a long text is left out

/** A run that both texts share, shortened to what stands next to the differences. */
function shortened(run, isFirst, isLast) {
  if (run.length <= 3 * NEAR) return run;
  return `${isFirst ? "" : run.slice(0, NEAR)}…${isLast ? "" : run.slice(-NEAR)}`;
}

/** `text` with what it does not share with `base` marked: long texts often differ in a single sign. */
function marked(base, text, brief = false) {
  if (text === "" || base === "" || base.length * text.length > 400000) return shown(text);
  const [a, b] = [[...base], [...text]];
  const common = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      common[i][j] = a[i] === b[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
    }
  }
  if (common[0][0] * 2 < Math.max(a.length, b.length)) return shown(text);
  const parts = [];
  let run = "";
  let dropped = false;
  let [i, j] = [0, 0];
  const flush = () => {
    if (run || dropped) parts.push([run, true]);
    [run, dropped] = ["", false];
  };
  const share = (sign) => {
    if (parts.length && !parts.at(-1)[1]) parts.at(-1)[0] += sign;
    else parts.push([sign, false]);
  };
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      flush();
      share(b[j]);
      i += 1;
      j += 1;
    } else if (j < b.length && (i === a.length || common[i][j + 1] >= common[i + 1][j])) {
      run += b[j];
      j += 1;
    } else {
      dropped = true;
      i += 1;
    }
  }
  flush();
  return parts.map(([part, differs], n) => {
    if (differs) return make("mark", { class: part ? "" : "gap" }, part);
    return brief && text.length > 40 ? shortened(part, n === 0, n === parts.length - 1) : part;
  });
}

/** The alternatives to choose from, by the number of their key. */
export function choices(item) {
  if (item.keying === 1 || item.keying === 2) return [];
  const texts = [];
  if (item.suggestion !== null && item.suggestion !== item.text) texts.push(item.suggestion);
  for (const [text] of item.alternatives) if (text !== item.text && !texts.includes(text)) texts.push(text);
  if (item.raw !== item.text && !texts.includes(item.raw)) texts.push(item.raw);
  return texts.slice(0, 6);
}

function showChoices(item, pick) {
  const buttons = choices(item).map((text, n) =>
    make(
      "button",
      { class: `choice ${text === item.suggestion ? "proposed" : ""}`, type: "button", tabindex: -1, onclick: () => pick(n) },
      key(String(n + 1)), make("span", { class: "value" }, marked(item.text, text, true)),
      text === item.suggestion ? make("span", { class: "badge blue" }, t("cell.suggested")) : null,
    ),
  );
  fill(view.alternatives, buttons.length ? buttons : make("span", { class: "faint" }, t("cell.no_alternatives")));
}

// A bare percentage says nothing that helps to read the cell, and cells drawn for the audit must look like all others.
const telling = (reason) => !/^(Only )?\d+(\.\d+)?%? sure( of this text\.)?$/.test(reason);

function showWhy(item) {
  const blind = item.keying === 1 || item.keying === 2;
  const reasons = blind ? [t(`keying.${item.keying}.why`)] : item.reasons.filter(telling).map(reasonText);
  if (item.keying === 3) reasons.unshift(t("keying.3.why"));
  fill(view.reasons, reasons.length ? reasons.map((r) => make("li", {}, r)) : make("li", { class: "calm" }, t("cell.look")));
  const proposed = !blind && item.suggestion !== null;
  view.suggestion.hidden = !proposed;
  if (proposed) fill(view.suggestion, make("b", {}, t("cell.suggestion")), make("span", { class: "value" }, marked(item.text, item.suggestion)), make("span", { class: "soft" }, reasonText(item.suggestion_reason)));
}

/** Show everything of a cell but its findings. */
export function showItem(item, pick) {
  const where = `${item.document} · ${t("cell.page", { n: item.page })}`;
  fill(view.place, item.project ? make("b", {}, item.project) : null, make("span", { class: "soft" }, where));
  const steps = item.path.map((step) => make("span", { class: "step", title: step }, step));
  fill(view.path, ...steps, make("span", { class: "step last" }, columnName(item.address)));
  fill(view.read, t("cell.read_as"), " ", make("span", { class: "value" }, marked(item.text, item.raw)));
  view.read.hidden = item.keying !== 0 || item.raw === item.text;
  view.page.href = item.form_url;
  showChoices(item, pick);
  showWhy(item);
  showCrop(item.crop);
}
