import type { Message } from "$lib/client/index.ts";
import type { Chat } from "../../state/chat.svelte";
import { notices } from "../../state/notices.svelte";
import { lang } from "../../text/index.svelte";
import type { MenuItem } from "../../ui/menus.svelte";
import type { Composing } from "./composing.svelte";

/** What can be done with a message of the open conversation. */
export interface MessageActions {
  reply(message: Message): void;
  edit(message: Message): void;
  remove(message: Message): void;
  copy(message: Message): void;
  pin(message: Message, on: boolean): void;
  react(message: Message, emoji: string): void;
  pickReaction(message: Message, from: Element): void;
  info(message: Message): void;
  jump(seq: number): void;
  mayRemove(message: Message): boolean;
  mayPin: boolean;
  isPinned(seq: number): boolean;
}

interface Opening {
  pickReaction: (message: Message, from: Element) => void;
  remove: (message: Message) => void;
  info: (message: Message) => void;
  jump: (seq: number) => void;
  focusField: () => void;
}

export function messageActions(chat: Chat, conversation: string, composing: Composing, opening: Opening): MessageActions {
  const { client } = chat;
  return {
    reply(message) {
      composing.reply(message);
      opening.focusField();
    },
    edit(message) {
      composing.edit(message);
      opening.focusField();
    },
    copy(message) {
      void notices.attempt(async () => {
        await navigator.clipboard.writeText(message.text ?? "");
        notices.info(lang.t.common.copied);
      });
    },
    pin(message, on) {
      void notices.attempt(() => client.request("pin", { conversation, seq: message.seq, on }));
    },
    react(message, emoji) {
      const on = !message.reactions?.[emoji]?.includes(chat.user);
      void notices.attempt(() => client.request("react", { conversation, seq: message.seq, emoji, on }));
    },
    ...opening,
    mayRemove: (message) => message.from === chat.user || isModerator(chat, conversation),
    get mayPin() {
      return conversation.startsWith("dm:") || isModerator(chat, conversation);
    },
    isPinned: (seq) => chat.summary(conversation)?.pinned.includes(seq) ?? false,
  };
}

function isModerator(chat: Chat, conversation: string): boolean {
  const role = conversation.startsWith("group:") ? chat.summary(conversation)?.role : undefined;
  return role === "owner" || role === "admin";
}

export function menuOf(message: Message, me: string, actions: MessageActions, from: Element): (MenuItem | false)[] {
  const t = lang.t.message;
  const pinned = actions.isPinned(message.seq);
  return [
    { text: t.reply, icon: "reply", run: () => actions.reply(message) },
    { text: t.react, icon: "smile", run: () => actions.pickReaction(message, from) },
    { text: t.copy, icon: "copy", run: () => actions.copy(message) },
    message.from === me && { text: t.edit, icon: "edit", run: () => actions.edit(message) },
    actions.mayPin && { text: pinned ? t.unpin : t.pin, icon: "pin", run: () => actions.pin(message, !pinned) },
    message.from === me && { text: t.info, icon: "checks", run: () => actions.info(message) },
    actions.mayRemove(message) && { text: t.delete, icon: "trash", danger: true, run: () => actions.remove(message) },
  ];
}

/** The keys of a focused message. True when the key was one of them. */
export function messageKey(key: string, message: Message, me: string, actions: MessageActions, element: Element): boolean {
  const own = message.from === me;
  const table: Record<string, (() => void) | false> = {
    r: () => actions.reply(message),
    a: () => actions.pickReaction(message, element),
    c: () => actions.copy(message),
    e: own && (() => actions.edit(message)),
    Delete: actions.mayRemove(message) && (() => actions.remove(message)),
  };
  const run = message.deleted ? undefined : table[key.length === 1 ? key.toLowerCase() : key];
  if (run) {
    run();
  }

  return !!run;
}
