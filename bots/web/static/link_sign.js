// The ESIGN client of this computer: asked to sign the text, and, where something is to be read, what ХУР wants signed.
const PATIENCE = 120000; // milliseconds: a person types a PIN
const form = document.getElementById("esign"), said = document.getElementById("asking");

function sign(data) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(form.dataset.url);
    const timer = setTimeout(() => socket.close(), PATIENCE);
    socket.onopen = () => socket.send(JSON.stringify({ type: form.dataset.type, data }));
    socket.onmessage = (message) => {
      clearTimeout(timer);
      try {
        const { certificate, signature } = JSON.parse(message.data);
        if (typeof certificate === "string" && certificate && typeof signature === "string" && signature) resolve({ certificate, signature });
      } catch {
        // told as missing below
      }
      socket.close();
    };
    socket.onclose = socket.onerror = () => { clearTimeout(timer); reject(new Error("no answer")); };
  });
}

async function approve(first) {
  const body = new URLSearchParams(first);
  const answer = await (await fetch(form.dataset.approval, { method: "POST", body })).json();
  if (!answer.approve) return {};
  const second = await sign(answer.approve);
  return second.certificate === first.certificate ? { approval: second.signature, approved_at: String(answer.at) } : {};
}

async function run(button) {
  button.disabled = true;
  said.textContent = form.dataset.asking;
  try {
    const first = await sign(document.getElementById("text").textContent);
    const more = form.dataset.approval ? await approve(first) : {};
    for (const [name, value] of Object.entries({ ...first, ...more })) form.elements[name].value = value;
    form.submit();
  } catch {
    said.textContent = form.dataset.missing;
    button.disabled = false;
  }
}

if (form) {
  const button = form.querySelector("button");
  button.addEventListener("click", () => run(button));
}
