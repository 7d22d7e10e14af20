// The live chat: a message is kept here until the server has stored it, and shown once however often it comes.
import { watchFiles } from "./chat_files.js";
import { fillBubble, localTime, markState, newItem, timeElement, wipe, wipeAfter } from "./chat_items.js";
import { add, forget, post, setRefused, unsent, words } from "./chat_unsent.js";

const LONGEST_PAUSE = 30000, TYPING_LIMIT = 8000, CHECK_AFTER = 6000; // milliseconds
const DOUBLE_TAP = 600, NEAR_END = 80; // milliseconds, pixels
const $ = (id) => document.getElementById(id);
const log = $("log"), items = $("items"), typing = $("typing"), form = $("composer"), box = $("text");
let position = Number(log.dataset.position), personSpoke = false;
let source, reconnecting, resending, typingEnds;
let sending = false, failures = 0, breaks = 0, pressedAt = 0, pressedIn = null;

// --- sending -------------------------------------------------------------------------------------------------------

const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

function send(message) {
  add(message);
  showPending(message);
  toEnd();
  sendAll();
}

async function sendAll() {
  clearTimeout(resending);
  if (sending) return;
  sending = true;
  let next;
  while ((next = unsent().find((each) => !each.refused)) && (await deliver(next)));
  sending = false;
}

// True when the next message may follow: this one is stored, or refused for good.
async function deliver(message) {
  mark(message.id, "sending");
  showTyping();
  let response;
  try { response = await post(message); } catch { return later(message, 0); }
  const passing = response.status === 429 || response.status === 408 || response.status >= 500;
  if (passing) return later(message, Number(response.headers.get("Retry-After")) * 1000, await words(response));
  failures = 0;
  if (response.ok) stored(message);
  else refuse(message, await words(response));
  return true;
}

function later(message, pause, why) {
  clearTyping();
  mark(message.id, "waiting", why);
  resending = setTimeout(sendAll, Math.max(pause, Math.min(LONGEST_PAUSE, 1000 * 2 ** failures)));
  failures = Math.min(failures + 1, 5);
  return false;
}

function stored(message) {
  forget(message.id);
  mark(message.id, "stored");
  if (source.readyState === EventSource.CLOSED) connect();
  setTimeout(() => (message.start ? position === 0 : pendingOf(message.id)) && catchUp(), CHECK_AFTER);
}

function refuse(message, why) {
  clearTyping();
  setRefused(message.id, true);
  mark(message.id, "refused", why);
}

// --- what the server sends ---------------------------------------------------------------------------------------

function connect() {
  clearTimeout(reconnecting);
  source?.close();
  source = new EventSource(`/web/events?after=${position}`);
  source.onopen = () => {
    breaks = 0;
    tellConnection(true);
    sendAll();
  };
  source.onerror = () => {
    tellConnection(false);
    if (source.readyState === EventSource.CLOSED) comeBack(); // otherwise the browser does it
  };
  for (const name of ["message", "hide"]) source.addEventListener(name, (event) => receive(JSON.parse(event.data)));
}

function comeBack() {
  breaks = Math.min(breaks + 1, 5);
  reconnecting = setTimeout(connect, Math.min(LONGEST_PAUSE, 1000 * 2 ** breaks));
  catchUp();
}

async function catchUp() {
  try {
    const response = await fetch(`/web/history?after=${position}`, { cache: "no-store" });
    if (response.status === 401) tellConnection(false, await words(response));
    else if (response.ok) (await response.json()).items.forEach(receive);
  } catch {
    // no network: the next try will tell
  }
}

function receive(item) {
  if (item.position <= position) return; // positions have no gaps: it was shown already
  position = item.position;
  const atEnd = log.scrollTop > -NEAR_END, before = log.scrollHeight;
  const shown = item.author === "hide" ? hide(item) : item.author === "citizen" ? showMine(item) : showTheirs(item);
  if (atEnd) toEnd();
  else log.scrollTop -= log.scrollHeight - before; // what is being read stays where it is
  if (atEnd && shown?.offsetHeight > log.clientHeight) toStartOf(shown); // a long answer is read from its start
}

// --- showing -------------------------------------------------------------------------------------------------------

const byRef = (ref) => items.querySelector(`[data-ref="${CSS.escape(ref)}"]`);
const pendingOf = (id) => items.querySelector(`.pending[data-ref="${CSS.escape(id)}"]`);
const pendingPress = (payload) => items.querySelector(`.pending[data-button="${CSS.escape(payload)}"]`);
const place = (shown) => items.insertBefore(shown, items.querySelector(".pending") || typing);
const toStartOf = (shown) => (log.scrollTop += shown.getBoundingClientRect().top - log.getBoundingClientRect().top - 12);
const toEnd = () => (log.scrollTop = 0); // the box is upside down: zero is its end

function showTheirs(item) {
  const shown = newItem(item.author === "agent" ? "person" : "bot", item.at, item.blocks, item.buttons);
  if (item.gone) wipe(shown);
  if (item.expires_in !== undefined) wipeAfter(shown, item.expires_in);
  personSpoke = item.author === "agent";
  clearTyping();
  return place(shown);
}

// My own message comes back under its id, a pressed button in its order: it takes the place of what is shown already.
function showMine(item) {
  const waiting = item.ref ? byRef(item.ref) : items.querySelector(".pending[data-button]");
  const shown = waiting || newItem("me", item.at, []), bubble = shown.querySelector(".bubble");
  const inOrder = waiting && waiting === items.querySelector(".pending");
  if (bubble.textContent !== item.text) fillBubble(bubble, [{ text: item.text }]);
  shown.querySelector(".foot").replaceChildren(timeElement(item.at));
  shown.classList.remove("pending");
  if (item.ref) shown.dataset.ref = item.ref;
  forget(item.ref);
  return inOrder ? shown : place(shown);
}

function showPending(message) {
  if (message.start || byRef(message.id)) return;
  const shown = newItem("me", new Date().toISOString(), [{ text: message.text ?? message.label ?? "…" }]);
  shown.classList.add("pending");
  shown.dataset.ref = message.id;
  if (message.button) shown.dataset.button = message.button;
  items.insertBefore(shown, typing);
  mark(message.id, "sending");
}

function mark(id, state, why) {
  const waiting = pendingOf(id);
  if (!waiting) return;
  markState(waiting, state, why);
  if (state === "waiting" || state === "refused") $("news").textContent = `Мессеж илгээгдээгүй. Message not sent. ${why || ""}`;
}

function hide({ ref, text }) {
  const bubble = ref && byRef(ref)?.querySelector(".bubble");
  if (bubble) fillBubble(bubble, [{ text }]);
}

function showTyping() {
  if (personSpoke) return; // a person types when they do
  typing.hidden = false;
  clearTimeout(typingEnds);
  typingEnds = setTimeout(clearTyping, TYPING_LIMIT);
}

const clearTyping = () => (typing.hidden = true);

function tellConnection(good, why) {
  $("connection").hidden = good;
  $("connection").textContent = good ? "" : why || "Холболт тасарлаа, дахин холбож байна… · Reconnecting…";
}

// --- what the reader does ------------------------------------------------------------------------------------------

// A second tap on the buttons of one message is no second wish; a tap on another message is.
const isDoubleTap = (item, at) => item === pressedIn && at - pressedAt <= DOUBLE_TAP;

function fit() {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight + 2, 160)}px`;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = box.value;
  box.focus();
  if (!text.trim()) return;
  box.value = "";
  fit();
  $("notice")?.remove();
  send({ id: newId(), text });
});

box.addEventListener("input", fit);
box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});

items.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  event.preventDefault();
  const item = button.closest(".item");
  if (item.classList.contains("file")) return; // chat_files.js sees to it
  if (button.classList.contains("again")) {
    setRefused(item.dataset.ref, false);
    failures = 0;
    sendAll();
  } else if (button.classList.contains("drop")) {
    forget(item.dataset.ref);
    item.remove();
    box.focus();
  } else if (button.name === "button" && !isDoubleTap(item, event.timeStamp) && !pendingPress(button.value)) {
    [pressedIn, pressedAt] = [item, event.timeStamp];
    button.classList.add("pressed");
    send({ id: newId(), button: button.value, label: button.textContent });
  }
});

addEventListener("online", () => {
  failures = breaks = 0;
  connect();
  sendAll();
});
addEventListener("offline", () => tellConnection(false));
addEventListener("pageshow", (event) => event.persisted && connect());
visualViewport?.addEventListener("resize", () => // iOS lays the keyboard over the page
  document.documentElement.style.setProperty("--height", `${visualViewport.height}px`));

for (const time of items.querySelectorAll("time")) localTime(time);
for (const shown of items.querySelectorAll("[data-expires-in]")) wipeAfter(shown, Number(shown.dataset.expiresIn));
for (const message of unsent()) {
  showPending(message);
  if (message.refused) mark(message.id, "refused");
}
personSpoke = [...items.querySelectorAll(".item.bot, .item.person")].at(-2)?.classList.contains("person") ?? false;
fit();
connect();
sendAll();
watchFiles({
  form: $("attach"), items, newId,
  show: (shown) => (items.insertBefore(shown, typing), toEnd()),
  say: (text) => ($("news").textContent = text),
  stored: (id) => stored({ id }),
});
if ($("start")) {
  const entry = $("start").elements.entry?.value;
  $("start").remove();
  send({ id: entry ? newId() : "start", start: true, entry });
  if (entry) history.replaceState(null, "", document.body.classList.contains("embed") ? "/?embed=1" : "/"); // once
}
if (matchMedia("(pointer: fine)").matches && !document.body.classList.contains("embed")) box.focus();
