// The chat on another site, in one line: <script src="https://…/static/embed.js" async></script>
// adds a button that opens the chat in a frame. Everything is inside one element, styled from here only.
// With data-entry="…" (the last part of a link made by `tuslakh link`) the chat opens at that service.
"use strict";

(() => {
  const { src, dataset } = document.currentScript, home = new URL(src).origin;
  const entry = dataset.entry ? `&entry=${encodeURIComponent(dataset.entry)}` : "";
  const LOOKS = {
    button: { padding: "14px 20px", border: "2px solid #f4b942", borderRadius: "28px", background: "#0b2a5b", color: "#ffffff",
      font: "600 16px/1.2 system-ui, sans-serif", cursor: "pointer", boxShadow: "0 4px 16px rgba(0, 0, 0, 0.3)" },
    corner: { position: "fixed", right: "16px", bottom: "16px", zIndex: "2147483000", display: "flex",
      flexDirection: "column", alignItems: "flex-end", gap: "12px" },
    frame: { width: "min(400px, calc(100vw - 32px))", height: "min(640px, calc(100vh - 110px))", border: "0",
      borderRadius: "16px", background: "#ffffff", boxShadow: "0 8px 32px rgba(0, 0, 0, 0.35)", display: "none" },
  };

  function styled(name, look) {
    const element = document.createElement(name);
    Object.assign(element.style, LOOKS[look]);
    return element;
  }

  const corner = styled("div", "corner"), frame = styled("iframe", "frame"), button = styled("button", "button");
  frame.title = "Туслах · Tuslakh";
  frame.id = "tuslakh-chat";
  frame.referrerPolicy = "no-referrer";
  button.type = "button";
  button.setAttribute("aria-controls", frame.id);

  const isOpen = () => frame.style.display !== "none";

  function show(open) {
    if (open && !frame.src) frame.src = `${home}/?embed=1${entry}`; // loaded when it is first wanted
    frame.style.display = open ? "block" : "none";
    button.textContent = open ? "Хаах · Close" : "Туслах · Help";
    button.setAttribute("aria-expanded", String(open));
  }

  button.addEventListener("click", () => {
    show(!isOpen());
    if (isOpen()) frame.focus(); // it stands before the button: who goes on with the keyboard is in the chat
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !isOpen()) return;
    show(false);
    button.focus();
  });
  show(false);
  corner.append(frame, button);
  if (document.body) document.body.append(corner);
  else document.addEventListener("DOMContentLoaded", () => document.body.append(corner));
})();
