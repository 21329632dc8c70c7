// The server: every call carries the token that a foreign page cannot know; every refusal becomes a `Refused`.

const token = document.querySelector('meta[name="csrf"]')?.content ?? "";

export class Refused extends Error {
  constructor(status, body) {
    super(body.message ?? `HTTP ${status}`);
    this.status = status;
    this.code = body.error ?? "http";
    this.body = body;
  }
}

async function answer(response) {
  let body = {};
  try {
    body = await response.json();
  } catch {
    body = {};
  }
  if (response.status === 401) location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
  if (!response.ok) throw new Refused(response.status, body);
  return body;
}

export function get(path, values = {}, options = {}) {
  const query = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== ""));
  const whole = query.size ? `${path}?${query}` : path;
  return fetch(whole, { headers: { accept: "application/json" }, ...options }).then(answer);
}

export function post(path, body = {}, options = {}) {
  return fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json", "x-csrf-token": token },
    body: JSON.stringify(body),
    ...options,
  }).then(answer);
}

let pending = 0;
const watchers = new Set();

/** Call `watcher(n)` whenever the number of decisions on their way to the server changes. */
export const watchPending = (watcher) => watchers.add(watcher);

/** A decision: goes on its way even when the page is closed, and closing is questioned until it is on disk. */
export async function decide(path, body) {
  pending += 1;
  watchers.forEach((watcher) => watcher(pending));
  try {
    return await post(path, body, { keepalive: true });
  } finally {
    pending -= 1;
    watchers.forEach((watcher) => watcher(pending));
  }
}

addEventListener("beforeunload", (event) => {
  if (pending) event.preventDefault();
});
