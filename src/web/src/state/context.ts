import { getContext, setContext } from "svelte";
import type { Chat } from "./chat.svelte";

const key = Symbol("chat");

/** Gives the chat of the signed-in person to every component inside. */
export const setChat = (chat: Chat): Chat => setContext(key, chat);

export const getChat = (): Chat => getContext<Chat>(key);
