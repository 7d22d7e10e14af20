// What the server has not stored yet, oldest first, kept over reloads: {id, text | button, label | start + entry, refused}.

const KEY = "tuslakh.unsent", SEND_LIMIT = 15000; // milliseconds
let kept = [], blocked = false; // when the browser has no storage for us, this page's memory serves

export function unsent() {
  if (blocked) return kept;
  try {
    const list = JSON.parse(localStorage.getItem(KEY) || "[]");
    return Array.isArray(list) ? list.filter((each) => typeof each?.id === "string") : [];
  } catch {
    return kept;
  }
}

function keep(list) {
  kept = list;
  try {
    localStorage.setItem(KEY, JSON.stringify(list));
  } catch {
    blocked = true;
  }
}

export function add(message) {
  if (!unsent().some((each) => each.id === message.id)) keep([...unsent(), message]);
}

export function forget(id) {
  keep(unsent().filter((each) => each.id !== id));
}

// A refused message waits for the reader; it is not sent again by itself.
export function setRefused(id, is) {
  keep(unsent().map((each) => (each.id === id ? { ...each, refused: is } : each)));
}

// One message to the server; fails when there is no answer in time.
export function post({ id, text, button, start, entry }) {
  const stop = new AbortController(), timer = setTimeout(() => stop.abort(), SEND_LIMIT);
  const body = JSON.stringify(start ? (entry ? { id, entry } : {}) : text === undefined ? { id, button } : { id, text });
  const options = { method: "POST", headers: { "Content-Type": "application/json" }, signal: stop.signal, body };
  return fetch(start ? "/web/start" : "/web/messages", options).finally(() => clearTimeout(timer));
}

// What a refusal says.
export async function words(response) {
  try {
    const { mn, en } = await response.json();
    return `${mn} ${en}`;
  } catch {
    return "";
  }
}
