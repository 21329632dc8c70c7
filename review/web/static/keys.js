// One keyboard for the whole station. No shortcut fires while an input method composes.
//
// Browsers tell of composition in three ways, none of which is enough alone: `isComposing` on the event, `keyCode` 229
// for keys that the input method has taken, and the composition events themselves. Safari sends `compositionend` before
// the keydown of the Enter that ended it (with keyCode 229), hence the short rest afterwards.

const REST = 100; // ms after a composition in which an Enter or Escape still belongs to it

let composing = false;
let endedAt = -Infinity;

function settle(event) {
  composing = false;
  endedAt = event.timeStamp;
  const field = event.target;
  if (field instanceof HTMLElement) setTimeout(() => composing || delete field.dataset.composing, REST);
}

addEventListener("compositionstart", (event) => {
  composing = true;
  if (event.target instanceof HTMLElement) event.target.dataset.composing = "yes";
}, true);
addEventListener("compositionend", settle, true);

/** True for a key event that belongs to an input method. */
export function isComposing(event) {
  if (event.isComposing || event.keyCode === 229 || composing || event.key === "Process") return true;
  return (event.key === "Enter" || event.key === "Escape") && event.timeStamp - endedAt < REST;
}

export const isTyping = (target) =>
  target instanceof HTMLTextAreaElement ||
  target instanceof HTMLSelectElement ||
  (target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit"].includes(target.type));

/** The name of a pressed key: "Enter", "a", "Ctrl+z", "Shift+Tab"; letters without regard to case. */
export function keyName(event) {
  const plain = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const control = event.ctrlKey || event.metaKey ? "Ctrl+" : "";
  const alt = event.altKey ? "Alt+" : "";
  const shift = event.shiftKey && event.key.length > 1 ? "Shift+" : "";
  return control + alt + shift + plain;
}

/**
 * Listen for keys: `actions[name](event)`. Actions named in `typing` are also heard inside fields. An action that
 * returns false lets the key go on its usual way. Held keys repeat only where `repeat` names them.
 */
export function listen(actions, { typing = {}, repeat = [], when = () => true } = {}) {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || isComposing(event) || !when() || document.querySelector("dialog[open]")) return;
    const name = keyName(event);
    const action = isTyping(event.target) ? typing[name] : actions[name];
    if (!action || (event.repeat && !repeat.includes(name))) return;
    // Enter on a link or button that the keyboard has gone to presses it; one that was clicked keeps no claim.
    if (name === "Enter" && event.target.closest?.("a:focus-visible, button:focus-visible")) return;
    if (action(event) !== false) event.preventDefault();
  });
}
