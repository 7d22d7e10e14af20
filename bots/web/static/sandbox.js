// The sandbox phones, apps and mailboxes: new messages appear without reloading, and are told to screen readers once.
"use strict";

(() => {
  const news = document.getElementById("news");
  const pollMilliseconds = Number(document.body.dataset.poll);
  const ulaanbaatar = clock("Asia/Ulaanbaatar");
  const here = clock(undefined);
  let lost = false;

  function clock(timeZone) {
    const parts = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" };
    return new Intl.DateTimeFormat("sv-SE", { ...parts, timeZone }); // sv-SE writes 2025-01-31 23:59:59
  }

  function shownTime(at) {
    const there = ulaanbaatar.format(at);
    const local = here.format(at);
    return local === there ? `${there} · Улаанбаатар` : `${there} · Улаанбаатар (энд ${local})`;
  }

  function element(name, text) {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  }

  function listItem(message) {
    const item = document.createElement("li");
    const time = element("time", shownTime(new Date(message.at)));
    time.dateTime = message.at;
    item.append(element("p", message.text), time);
    return item;
  }

  // How many of the messages (newest first) are newer than the newest one on the screen.
  function countNew(list, messages) {
    const newest = list.querySelector("time");
    const known = newest ? Date.parse(newest.dateTime) : -Infinity;
    return messages.filter((message) => Date.parse(message.at) > known).length;
  }

  function show(address, messages) {
    const list = document.querySelector(`[data-box="${address}"]`);
    const fresh = list ? countNew(list, messages) : 0;
    if (fresh === 0) return;
    list.replaceChildren(...messages.map(listItem));
    list.hidden = false;
    list.parentElement.querySelector(".empty").hidden = true;
    const owner = document.getElementById(`name-${list.dataset.owner}`).textContent;
    news.textContent = `Шинэ мессеж, ${owner}: ${messages[0].text}`;
  }

  function showAll(phone) {
    const boxes = { ...phone, sms: phone.messages };
    for (const [box, address] of Object.entries(phone.addresses)) show(address, boxes[box]);
  }

  function tellLost() {
    if (!lost) news.textContent = "Холболт тасарлаа, дахин оролдож байна. Connection lost, trying again.";
    lost = true;
  }

  async function poll() {
    try {
      const response = await fetch("/sandbox/messages.json", { cache: "no-store" });
      if (!response.ok) throw new Error(String(response.status));
      const { phones } = await response.json();
      if (lost) news.textContent = "";
      lost = false;
      phones.forEach(showAll);
    } catch {
      tellLost();
    }
    setTimeout(poll, pollMilliseconds);
  }

  for (const time of document.querySelectorAll(".screen time")) time.textContent = shownTime(new Date(time.dateTime));
  poll();
})();
