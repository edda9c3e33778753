import type { ClientEvents, HistoryPage, Message, PendingMessage } from "$lib/client/index.ts";
import { describe, expect, it } from "vitest";
import type { Chat } from "../../state/chat.svelte";
import { ConversationView } from "./view.svelte";

const conversation = "dm:ann:bob";
const said = (seq: number): Message => ({ conversation, seq, from: "ann", at: seq, kind: "text", text: `m${seq}`, clientId: `c${seq}` });
const delivered = (seq: number): PendingMessage => ({ clientId: `c${seq}`, conversation, text: `m${seq}`, createdAt: seq, order: seq, state: "delivered", seq });
const page = (messages: Message[], last = messages.length): HistoryPage => ({ epoch: "e1", from: 1, to: last, last, more: false, messages });

/** A client whose pages of history come when the test says so. */
class Waiting {
  readonly pages: ((page: HistoryPage) => void)[] = [];
  readonly #handlers = new Map<string, ((event: never) => void)[]>();
  readonly client = {
    conversation: () => undefined,
    cached: () => undefined,
    watermarks: () => Promise.resolve([]),
    history: () => new Promise<HistoryPage>((resolve) => this.pages.push(resolve)),
    on: (name: string, handler: (event: never) => void) => {
      this.#handlers.set(name, [...(this.#handlers.get(name) ?? []), handler]);
      return () => undefined;
    },
  };

  emit<Name extends keyof ClientEvents>(name: Name, event: ClientEvents[Name]): void {
    this.#handlers.get(name)?.forEach((handler) => handler(event as never));
  }

  open(): ConversationView {
    return new ConversationView({ client: this.client, user: "ann", online: true } as unknown as Chat, conversation);
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve));
const arriving = (view: ConversationView) => view.arriving.map((pending) => pending.seq);
const shown = (view: ConversationView) => view.messages.map((message) => message.seq);

describe("an open conversation", () => {
  it("keeps an own message in sight from the outbox to the page of history that has it", async () => {
    const waiting = new Waiting();
    const view = waiting.open();
    waiting.emit("outbox", { pending: delivered(1) });
    expect(arriving(view)).toEqual([1]);

    waiting.pages[0]!(page([said(1)]));
    await settled();
    expect(shown(view)).toEqual([1]);
    expect(arriving(view)).toEqual([]);
  });

  it("lets go of it as soon as its entry is taken in", async () => {
    const waiting = new Waiting();
    const view = waiting.open();
    waiting.pages[0]!(page([said(1)]));
    await settled();
    waiting.emit("outbox", { pending: delivered(2) });
    expect(arriving(view)).toEqual([2]);
    waiting.emit("message", { message: said(2) });
    expect(shown(view)).toEqual([1, 2]);
    expect(arriving(view)).toEqual([]);
  });

  it("keeps nothing in sight that history has already, or has no more", async () => {
    const waiting = new Waiting();
    const view = waiting.open();
    waiting.emit("outbox", { pending: delivered(7) });
    waiting.pages[0]!(page([said(1), said(2)]));
    await settled();
    expect(arriving(view)).toEqual([]);
    waiting.emit("outbox", { pending: delivered(2) });
    expect(arriving(view)).toEqual([]);
  });
});
