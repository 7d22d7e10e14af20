// How one message of the chat looks: the same elements the server writes, made of text nodes only.

// As `is_safe_link` on the server: https, or this very machine.
const SAFE_LINK = /^https:\/\/[^\s/]|^http:\/\/(?:127\.0\.0\.1|localhost)(?::\d+)?\//;

export function made(name, className, text) {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text !== undefined) {
    element.textContent = text;
    element.dir = "auto";
  }
  return element;
}

// Mongolian first, English behind it.
export function bilingual(element, mn, en) {
  const second = made("span", "", en);
  second.lang = "en";
  element.append(mn, " ", second);
  return element;
}

function whoLine(kind, name) {
  if (kind === "me") return made("p", "who hidden", "Та · You");
  const line = made("p", "who");
  const face = made("span", "face", kind === "bot" ? "Т" : "");
  face.setAttribute("aria-hidden", "true");
  if (kind === "bot") line.append(face, "Туслах ", made("span", "kind", "автомат"));
  else line.append(face, made("bdi", "", name || "Ажилтан"), " ", bilingual(made("span", "badge"), "хүн", "/ person"));
  return line;
}

function linkLine(block) {
  const link = made("a", "", block.text);
  Object.assign(link, { href: block.url, target: "_blank", rel: "noopener noreferrer" });
  const line = made("p", "link");
  line.append(link);
  return line;
}

function blockElement(block) {
  if (block.style === "link" && SAFE_LINK.test(block.url)) return linkLine(block);
  if (block.style === "link") return made("p", "text", `${block.text}: ${block.url}`);
  if (block.style === "quote") return made("blockquote", "", block.text);
  return made("p", block.style === "title" || block.style === "note" ? block.style : "text", block.text);
}

function factRow(block) {
  const row = made("div");
  row.append(made("dt", "", block.label), made("dd", "", block.text));
  return row;
}

export function fillBubble(bubble, blocks) {
  bubble.replaceChildren();
  for (const block of blocks) {
    if (block.style !== "fact") {
      bubble.append(blockElement(block));
      continue;
    }
    if (bubble.lastChild?.nodeName !== "DL") bubble.append(made("dl"));
    bubble.lastChild.append(factRow(block));
  }
}

function choices(buttons) {
  const group = made("div", "choices");
  for (const { label, payload } of buttons) {
    const button = made("button", "", label);
    Object.assign(button, { type: "button", name: "button", value: payload });
    group.append(button);
  }
  return group;
}

// The reader's own time; Ulaanbaatar's when it is pointed at. Today's without the day, others as 12-31 23:59.
export function localTime(time) {
  const at = new Date(time.dateTime);
  const today = at.toDateString() === new Date().toDateString();
  const shown = { ...(today ? {} : { month: "2-digit", day: "2-digit" }), hour: "2-digit", minute: "2-digit" };
  time.textContent = at.toLocaleString("sv-SE", shown);
  time.title = `Улаанбаатар ${at.toLocaleString("sv-SE", { ...shown, timeZone: "Asia/Ulaanbaatar" })}`;
  return time;
}

export function timeElement(at) {
  const time = made("time");
  time.dateTime = at;
  return localTime(time);
}

// `kind`: me, bot or person.
export function newItem(kind, at, blocks, buttons = []) {
  const item = made("div", `item ${kind}`), bubble = made("div", "bubble"), foot = made("p", "foot");
  fillBubble(bubble, blocks);
  foot.append(timeElement(at));
  item.append(whoLine(kind, blocks.find((block) => block.style === "quote")?.label), bubble);
  if (buttons.length) item.append(choices(buttons));
  item.append(foot);
  return item;
}

// My message on its way: sending, stored, waiting to be sent again by itself, or refused until the reader wants.
export function markState(item, state, why) {
  const foot = item.querySelector(".foot");
  if (state === "sending") return foot.replaceChildren("Илгээж байна… · Sending…");
  if (state === "stored") return foot.replaceChildren("✓ Хүлээж авлаа · Received");
  const buttons = [bilingual(made("button", "again"), "Илгээгдээгүй, дахин илгээх", "· Not sent, tap to retry")];
  if (state === "refused") buttons.push(bilingual(made("button", "drop"), "Устгах", "· Remove"));
  for (const button of buttons) button.type = "button";
  foot.replaceChildren(...(why ? [made("span", "why", why)] : []), ...buttons);
}

// Private data whose time is over.
export function wipe(item) {
  item.querySelector(".bubble").replaceChildren(
    bilingual(made("p", "gone"), "Хувийн мэдээлэл нуугдлаа.", "Private data is no longer shown."));
  item.querySelector(".choices")?.remove();
}

export function wipeAfter(item, seconds) {
  setTimeout(() => wipe(item), Math.max(0, seconds * 1000));
}
