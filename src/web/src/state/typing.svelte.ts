import type { ChatClient } from "$lib/client/index.ts";
import { SvelteMap } from "svelte/reactivity";

/** The server tells of typing every 3 s at most; after twice that it has ended. */
const lasts = 6000;

/** Who is typing where. */
export class Typing {
  readonly #by = new SvelteMap<string, readonly string[]>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(client: ChatClient) {
    client.on("typing", ({ conversation, from }) => {
      if (from !== client.user) {
        this.#begin(conversation, from);
      }
    });
    client.on("message", ({ message }) => this.#end(message.conversation, message.from));
  }

  in(conversation: string): readonly string[] {
    return this.#by.get(conversation) ?? [];
  }

  #begin(conversation: string, from: string): void {
    const timer = `${conversation} ${from}`;
    clearTimeout(this.#timers.get(timer));
    this.#timers.set(
      timer,
      setTimeout(() => this.#end(conversation, from), lasts),
    );
    const names = this.in(conversation);
    if (!names.includes(from)) {
      this.#by.set(conversation, [...names, from]);
    }
  }

  #end(conversation: string, from: string): void {
    const timer = `${conversation} ${from}`;
    if (this.#timers.has(timer)) {
      clearTimeout(this.#timers.get(timer));
      this.#timers.delete(timer);
      this.#by.set(
        conversation,
        this.in(conversation).filter((name) => name !== from),
      );
    }
  }
}
