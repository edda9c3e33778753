import type { Message } from "$lib/client/index.ts";
import { lang } from "../text/index.svelte";
import { plain } from "../ui/format/parse";
import type { Chat } from "./chat.svelte";
import { preferences } from "./preferences.svelte";
import { router } from "./router.svelte";
import { playArrival } from "./sound";

/** Sounds and the browser's notifications for what arrives while nobody looks. */
export function startNotifying(chat: Chat): () => void {
  return chat.onArrival((message) => {
    if (message.kind !== "text" || message.from === chat.user || preferences.isMuted(chat.user, message.conversation)) {
      return;
    }

    const looking = !document.hidden && document.hasFocus();
    const open = router.current.section === "chats" && router.current.id === message.conversation;
    if (preferences.all.sounds && !(looking && open)) {
      playArrival();
    }

    if (document.hidden && preferences.all.notify && typeof Notification === "function" && Notification.permission === "granted") {
      show(chat, message);
    }
  });
}

function show(chat: Chat, message: Message): void {
  const name = chat.directory.name(message.from);
  const group = message.conversation.startsWith("group:");
  const t = lang.t.notification;
  const title = message.mentions?.includes(chat.user) ? t.mention(name) : group ? t.title(name, chat.title(message.conversation)) : name;
  const body = preferences.all.preview ? plain(message.text ?? "").slice(0, 200) : t.hidden;
  const notification = new Notification(title, { body, tag: message.conversation });
  notification.onclick = () => {
    window.focus();
    router.go("chats", message.conversation);
    notification.close();
  };
}
