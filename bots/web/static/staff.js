// Keeps one part of a page fresh: listens to the address in data-live-events and fetches the one in
// data-live-fragment when something changed. Everything works without it; what is being typed is never touched.
"use strict";

(() => {
  const live = document.querySelector("[data-live-events]");
  if (!live) return;
  const policy = window.trustedTypes?.createPolicy("staff", { createHTML: (html) => html });
  const state = document.querySelector("[data-live-state]");
  const log = () => live.querySelector("[data-live-scroll]");
  let busy = false;
  let again = false;

  const atEnd = (box) => box && box.scrollHeight - box.scrollTop - box.clientHeight < 60;
  const toEnd = (box) => { if (box) box.scrollTop = box.scrollHeight; };

  function put(html) {
    const page = new DOMParser().parseFromString(policy ? policy.createHTML(html) : html, "text/html");
    const before = log();
    const follow = atEnd(before);
    const place = before ? before.scrollTop : 0;
    const focused = live.contains(document.activeElement) ? document.activeElement.id : "";
    const fresh = [...page.body.children].map((node) => document.adoptNode(node));
    for (const node of fresh) merge(node.querySelector("[data-live-append]") ?? node);
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    const after = log();
    if (after) follow ? toEnd(after) : (after.scrollTop = place);
  }

  // A list marked data-live-append only gets its new items, so that a screen reader hears just those.
  function merge(node) {
    const old = node.id && live.querySelector(`#${CSS.escape(node.id)}`);
    if (!old) return live.append(node);
    if (!("liveAppend" in old.dataset)) return old.replaceWith(node);
    const known = new Map([...old.children].map((item) => [item.id, item]));
    for (const item of [...node.children]) {
      const same = known.get(item.id);
      if (!same) old.append(item);
      else if (!same.isEqualNode(item)) same.replaceWith(item);
      known.delete(item.id);
    }
    for (const gone of known.values()) gone.remove();
  }

  async function refresh(typing) {
    if (busy) { again = true; return; }
    busy = true;
    try {
      const headers = { "If-None-Match": live.dataset.version || "" };
      if (typing) headers["X-Staff-Active"] = "1";
      const answer = await fetch(live.dataset.liveFragment, { headers, credentials: "same-origin" });
      if (answer.status === 401) return ended();
      if (answer.ok && answer.status !== 304) {
        live.dataset.version = answer.headers.get("ETag") || "";
        put(await answer.text());
      }
    } catch { /* the next event tries again */ } finally {
      busy = false;
      if (again) { again = false; refresh(false); }
    }
  }

  function ended() {
    events.close();
    clearInterval(clock);
    say("Нэвтрэлтийн хугацаа дууссан. Бичсэнээ хуулж аваад дахин нэвтэрнэ үү. · Session over: sign in again.");
  }

  const say = (text) => { if (state) state.textContent = text; };
  const events = new EventSource(live.dataset.liveEvents);
  events.addEventListener("open", () => { say("Шууд шинэчлэгдэж байна · Live"); refresh(false); });
  events.addEventListener("changed", () => refresh(false));
  events.addEventListener("ended", ended);
  events.addEventListener("error", () => {
    if (events.readyState === EventSource.CLOSED) refresh(false);
    else say("Холболт тасарлаа, дахин холбож байна… · Reconnecting…");
  });
  const clock = setInterval(() => refresh(false), 60000); // "4 мин" grows by itself

  let lastTyped = 0; // somebody who writes a long answer is not idle
  document.addEventListener("input", () => {
    if (Date.now() - lastTyped < 60000) return;
    lastTyped = Date.now();
    refresh(true);
  });
  toEnd(log());
})();
