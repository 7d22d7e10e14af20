// Files of the reader's: one goes as soon as it is chosen, its message tells how far it is; what failed can go again.
import { bilingual, made, markState, newItem } from "./chat_items.js";
import { words } from "./chat_unsent.js";

const SEND_LIMIT = 300000; // milliseconds
const SENDING = "Файл илгээж байна… · Sending the file…", STORED = "Файлыг хүлээж авлаа. The file was received.";
const FAILED = "Файл илгээгдээгүй. The file was not sent.";
const LABELS = { image: "[зураг]", audio: "[дуу]" };
const waiting = new Map(); // id to file, until the server has it
let underWay = 0;

// `show` puts an item into the talk, `say` speaks to who cannot see it, `stored` is told the id of what arrived.
export function watchFiles({ form, items, newId, show, say, stored }) {
  const chooser = form.querySelector("[type=file]");

  function choose() {
    const file = chooser.files[0];
    if (!file) return;
    const id = newId(), label = LABELS[file.type.split("/")[0]] || "[файл]";
    const item = newItem("me", new Date().toISOString(), [{ text: `${label} ${file.name}` }]);
    item.classList.add("pending", "file");
    item.dataset.ref = id;
    waiting.set(id, file);
    show(item);
    chooser.value = "";
    send(item);
  }

  function send(item) {
    const file = waiting.get(item.dataset.ref);
    if (file.size > Number(form.dataset.largest)) return refuse(item, form.dataset.tooLarge);
    const request = new XMLHttpRequest(), body = new FormData(); // `fetch` does not tell how much has gone
    body.append("id", item.dataset.ref);
    body.append("file", file);
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.timeout = SEND_LIMIT;
    const share = progress(item);
    request.upload.onprogress = ({ loaded, total }) => (share.textContent = `${Math.floor((100 * loaded) / total)} %`);
    request.onloadend = () => over(item, request);
    say(SENDING);
    underWay += 1;
    request.send(body);
  }

  async function over(item, request) {
    underWay -= 1;
    if (request.status !== 202) return refuse(item, await words(new Response(request.responseText)));
    waiting.delete(item.dataset.ref);
    say(STORED);
    if (item.classList.contains("pending")) markState(item, "stored"); // it may have come back already
    stored(item.dataset.ref);
  }

  function refuse(item, why) {
    markState(item, "refused", why);
    say(`${FAILED} ${why || ""}`);
  }

  items.addEventListener("click", (event) => {
    const button = event.target.closest(".item.file button"), item = button?.closest(".item");
    if (!button) return;
    chooser.focus();
    if (button.classList.contains("again")) return send(item);
    waiting.delete(item.dataset.ref);
    item.remove();
  });
  form.addEventListener("submit", (event) => (event.preventDefault(), choose()));
  chooser.addEventListener("change", choose);
  addEventListener("beforeunload", (event) => underWay && event.preventDefault());
}

// How far it is: for the eye, as it changes too often to be read aloud.
function progress(item) {
  const share = made("span", "share", "0 %");
  share.setAttribute("aria-hidden", "true");
  item.querySelector(".foot").replaceChildren(bilingual(made("span"), "Илгээж байна…", "· Sending…"), share);
  return share;
}
