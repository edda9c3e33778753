import { Socket } from "./socket.js";

const MAX_LINES = 500;
const TYPING_SHOWN = 4000;
const TYPING_EVERY = 3000;

const find = (id) => document.getElementById(id);
const lines = find("lines");
const enter = find("enter");
const write = find("write");
const nickname = find("nickname");
const message = find("message");

const socket = new Socket();
const writers = new Map();
let self = null;
let last = 0;
let typedAt = 0;

// Everything that people wrote goes in as text, never as markup.
function make(kind, text, who) {
  const item = document.createElement("li");
  item.className = kind;
  if (who) {
    const name = document.createElement("span");
    name.className = "who";
    name.textContent = who;
    item.append(name);
  }
  item.append(text);
  return item;
}

function line(item) {
  const atEnd = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 40;
  lines.append(item);
  while (lines.children.length > MAX_LINES) {
    lines.firstChild.remove();
  }
  if (atEnd) {
    lines.scrollTop = lines.scrollHeight;
  }
}

function chat({ nickname: who, message: text, seq }) {
  if (seq <= last) {
    return;
  }
  last = seq;
  stopTyping(who);
  line(make("chat", text, who));
}

// The history holds what was heard before too, in its order.
function history(past) {
  lines.querySelectorAll(".chat").forEach((item) => item.remove());
  lines.prepend(...past.map(({ nickname: who, message: text }) => make("chat", text, who)));
  last = past.at(-1)?.seq ?? last;
  lines.scrollTop = lines.scrollHeight;
}

function stopTyping(who) {
  clearTimeout(writers.get(who));
  writers.delete(who);
  showTyping();
}

function showTyping() {
  const names = [...writers.keys()];
  find("typing").textContent = names.length === 0 ? ""
    : names.length === 1 ? `${names[0]} is typing`
    : `${names.slice(0, 3).join(", ")} are typing`;
}

function show(online) {
  find("state").textContent = online ? "Online" : "Offline";
  find("state").dataset.online = String(online);
}

function showForm() {
  enter.hidden = self !== null;
  write.hidden = self === null;
  find("self").textContent = self ?? "";
  (self === null ? nickname : message).focus();
}

function take(name) {
  const sent = socket.emit("set-nickname", name, (taken) => {
    find("refused").textContent = taken ? "" : "That username is already taken! Try again.";
    self = taken ? name.toLowerCase() : null;
    showForm();
  });
  find("refused").textContent = sent ? "" : "There is no connection at the moment.";
}

socket
  .on("connect", (recovered) => {
    show(true);
    // A connection that could not be recovered has lost its name; the same one is asked for again.
    if (!recovered && self !== null) {
      take(self);
    }
  })
  .on("disconnect", () => show(false))
  .on("history", history)
  .on("chat-message", chat)
  .on("users-changed", ({ user, event }) => {
    stopTyping(user);
    line(make("news", event === "joined" ? `${user} joined` : `${user} left`));
  })
  .on("typing", (who) => {
    clearTimeout(writers.get(who));
    writers.set(who, setTimeout(() => stopTyping(who), TYPING_SHOWN));
    showTyping();
  });

enter.addEventListener("submit", (event) => {
  event.preventDefault();
  take(nickname.value.trim());
});

message.addEventListener("input", () => {
  if (Date.now() - typedAt > TYPING_EVERY && socket.emit("typing")) {
    typedAt = Date.now();
  }
});

write.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = message.value;
  const sent = socket.emit("chat-message", { message: text, clientId: crypto.randomUUID?.() }, ({ error }) => {
    find("failed").textContent = error ? error.message : "";
    if (!error && message.value === text) {
      message.value = "";
      typedAt = 0;
    }
  });
  find("failed").textContent = sent ? "" : "There is no connection at the moment.";
});

// Whoever closes the page leaves at once, so that the name is free.
addEventListener("pagehide", () => socket.disconnect());
addEventListener("pageshow", (event) => {
  if (event.persisted) {
    location.reload();
  }
});
showForm();
