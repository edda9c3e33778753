import type { Message } from "$lib/client/index.ts";

/** What the writing field is about: a new message, an answer, or the change of an earlier one. */
export class Composing {
  replyTo = $state.raw<Message | undefined>();
  editing = $state.raw<Message | undefined>();

  reply(message: Message): void {
    this.editing = undefined;
    this.replyTo = message;
  }

  edit(message: Message): void {
    this.replyTo = undefined;
    this.editing = message;
  }

  clear(): void {
    this.replyTo = undefined;
    this.editing = undefined;
  }
}
