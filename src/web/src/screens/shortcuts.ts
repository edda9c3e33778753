import type { Chat } from "../state/chat.svelte";
import { overlays } from "../state/overlays.svelte";
import { router } from "../state/router.svelte";

/** The shortcuts that work everywhere. Those of a conversation stand with its messages and its writing field. */
export function handleKey(event: KeyboardEvent, chat: Chat): void {
  if (event.defaultPrevented) {
    return;
  }

  const writing = event.target instanceof HTMLElement && event.target.matches("input, textarea, select, [contenteditable]");
  const command = event.ctrlKey || event.metaKey;
  if (command && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    router.go("chats", router.current.section === "chats" ? router.current.id : undefined);
    document.getElementById("search-conversations")?.focus();
  } else if (event.altKey && !command && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    step(chat, event.key === "ArrowDown" ? 1 : -1, event.shiftKey);
  } else if (event.key === "?" && !writing && !command) {
    event.preventDefault();
    overlays.shortcuts = true;
  } else if (command && event.key === ",") {
    event.preventDefault();
    router.go("settings");
  } else if (event.key === "Escape" && router.current.section !== "chats") {
    router.go("chats");
  } else if (event.key === "Escape" && router.current.id) {
    router.go("chats");
    document.querySelector<HTMLElement>("[data-conversation]")?.focus();
  }
}

function step(chat: Chat, by: number, unreadOnly: boolean): void {
  const list = chat.conversations.filter((summary) => !unreadOnly || summary.unread > 0 || summary.conversation === router.current.id);
  const at = list.findIndex((summary) => summary.conversation === router.current.id);
  const next = list[at < 0 ? (by > 0 ? 0 : list.length - 1) : at + by];
  if (next) {
    router.go("chats", next.conversation);
  }
}
