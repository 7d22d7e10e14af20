// Pages a chat opened: what the chat app vouches, one press a button, the time that is left, and where it stands.
const POLL = 2000, LONGEST_PAUSE = 10000; // milliseconds

// --- what came with the address is taken and leaves it ----------------------------------------------------------------

const hash = location.hash;
const initData = new URLSearchParams(hash.slice(1)).get("tgWebAppData") || "";
for (const field of document.querySelectorAll('input[name="init_data"]')) field.value = initData;
const other = document.getElementById("other");
if (other && hash) other.hash = hash;
const kept = new URLSearchParams([...new URLSearchParams(location.search)].filter(([name]) => name === "lang" || name === "m"));
if (hash || kept.size !== new URLSearchParams(location.search).size) {
  history.replaceState(null, "", location.pathname + (kept.size ? `?${kept}` : ""));
}

// --- one press ----------------------------------------------------------------------------------------------------

const buttons = () => document.querySelectorAll("form button");
document.addEventListener("submit", () => setTimeout(() => buttons().forEach((button) => (button.disabled = true))));
addEventListener("pageshow", () => buttons().forEach((button) => (button.disabled = false)));

// --- times --------------------------------------------------------------------------------------------------------

for (const place of document.querySelectorAll("[data-local]")) {
  const at = new Date(place.parentElement.querySelector("time").dateTime);
  const shown = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  place.textContent = ` · ${shown} ${place.dataset.local}`;
  place.hidden = false;
}

const left = document.getElementById("left");
let ends = left ? performance.now() + Number(left.dataset.seconds) * 1000 : 0;

function count() {
  const seconds = Math.max(0, Math.ceil((ends - performance.now()) / 1000));
  left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  if (seconds) setTimeout(count, 250);
  else location.reload();
}
if (left) count();

// --- where it stands ----------------------------------------------------------------------------------------------

const poll = document.getElementById("poll");
let pause = POLL;

async function look() {
  try {
    const answer = await fetch(poll.dataset.url, { cache: "no-store", signal: AbortSignal.timeout(LONGEST_PAUSE) });
    const { status, seconds } = await answer.json();
    if (status !== poll.dataset.status) return moveOn();
    if (left) ends = Math.min(ends, performance.now() + (seconds + 1) * 1000);
    pause = POLL;
  } catch {
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }
  setTimeout(look, pause);
}

function moveOn() {
  poll.textContent = poll.dataset.said;
  location.replace(poll.dataset.url.replace("/status?", "/number?"));
}
if (poll) setTimeout(look, pause);
