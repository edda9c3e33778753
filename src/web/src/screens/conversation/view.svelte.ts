import { ChatError, ErrorCode, Timeline, type Message, type PendingMessage, type Watermark } from "$lib/client/index.ts";
import type { Chat } from "../../state/chat.svelte";
import { notices } from "../../state/notices.svelte";

const pageSize = 100;
const jumpSize = 200;
/** How many pages are loaded at once to reach the first unread message. */
const unreadPages = 5;

/** The open conversation: its messages, loaded page by page, and how far the others have come. */
export class ConversationView {
  messages = $state.raw<readonly Message[]>([]);
  /** Own messages that left the outbox while the page of history with them is still to come: they stay in sight. */
  arriving = $state.raw<readonly PendingMessage[]>([]);
  more = $state(true);
  loading = $state(false);
  loaded = $state(false);
  /** The conversation cannot be read: not a member, or it does not exist. */
  refused = $state("");
  watermarks = $state.raw<Watermark[]>([]);
  /** The first message that was unread when the conversation was opened; 0: none. */
  unreadFrom = $state(0);
  /** What was read before the conversation was opened; undefined: everything. */
  readonly #readBefore: number | undefined;
  readonly #timeline: Timeline;
  readonly #stop: (() => void)[] = [];
  #closed = false;

  constructor(
    private readonly chat: Chat,
    readonly conversation: string,
  ) {
    const summary = chat.client.conversation(conversation);
    const cached = chat.client.cached(conversation);
    this.#timeline = cached?.isLoaded ? cached.clone() : new Timeline(conversation);
    this.#readBefore = summary?.unread ? summary.read : undefined;
    this.#publish();
    this.#stop.push(
      chat.client.on("outbox", ({ pending }) => pending.conversation === conversation && this.#keepInSight(pending)),
      chat.client.on("message", ({ message }) => message.conversation === conversation && this.#take(message)),
      chat.client.on("reset", (reset) => reset.conversation === conversation && void this.#reload()),
      chat.client.on("receipt", (receipt) => receipt.conversation === conversation && void this.#loadMarks()),
      chat.client.on("ready", () => void this.#goOn()),
    );
    void this.#start();
  }

  close(): void {
    this.#closed = true;
    this.#stop.forEach((stop) => stop());
  }

  /** Loads the page before the oldest message held. */
  async older(limit = pageSize): Promise<boolean> {
    if (this.loading || !this.more || !this.#timeline.isLoaded) {
      return false;
    }

    return this.#load(this.#timeline.from, limit);
  }

  /** Loads older pages until a message is there; undefined when it is not to be had. */
  async reach(seq: number): Promise<Message | undefined> {
    while (!this.#closed && this.more && seq < this.#timeline.from) {
      if (!(await this.older(jumpSize))) {
        break;
      }
    }

    return this.#timeline.get(seq);
  }

  /** Messages with these words that the server keeps, the newest first; undefined when it cannot be asked. */
  async find(text: string): Promise<readonly Message[] | undefined> {
    try {
      return (await this.chat.client.request("search", { conversation: this.conversation, text, limit: 100 })).items;
    } catch {
      // Without a connection, what is loaded is all there is to look through.
      return undefined;
    }
  }

  get(seq: number): Message | undefined {
    void this.messages;
    return this.#timeline.get(seq);
  }

  /** Forgets the divider: the person has seen what was new, or has written themselves. */
  clearUnread(): void {
    this.unreadFrom = 0;
  }

  markUnreadFrom(seq: number): void {
    if (this.unreadFrom === 0) {
      this.unreadFrom = seq;
    }
  }

  async #start(): Promise<void> {
    if (!this.#timeline.isLoaded) {
      await this.#load();
    }

    await this.#loadUnread();
    this.loaded = true;
    await this.#loadMarks();
  }

  /** A connection stands again: what could not be loaded over the one before is loaded now. */
  async #goOn(): Promise<void> {
    if (!this.loaded || this.loading) {
      return;
    }

    if (!this.#timeline.isLoaded) {
      await this.#load();
      await this.#loadUnread();
    }

    await this.#loadMarks();
  }

  /** Loads back to the first unread message, within reason. */
  async #loadUnread(): Promise<void> {
    const wanted = this.#readBefore === undefined ? Infinity : this.#readBefore + 1;
    for (let page = 0; page < unreadPages && this.more && wanted < this.#timeline.from && !this.#closed; page++) {
      if (!(await this.#load(this.#timeline.from, jumpSize))) {
        break;
      }
    }

    this.#findUnread();
  }

  #findUnread(): void {
    const before = this.#readBefore;
    if (before !== undefined) {
      this.unreadFrom =
        this.messages.find((message) => message.seq > before && message.from !== this.chat.user && message.kind === "text")?.seq ?? 0;
    }
  }

  #keepInSight(pending: PendingMessage): void {
    if (pending.state === "delivered" && !this.#covers(pending)) {
      this.arriving = [...this.arriving, pending];
    }
  }

  #covers(pending: PendingMessage): boolean {
    return this.#timeline.isLoaded && (pending.seq ?? 0) <= this.#timeline.to;
  }

  #take(message: Message): void {
    const expected = this.#timeline.isLoaded || this.loading;
    if (expected && this.#timeline.apply(message)) {
      this.#publish();
    } else {
      void this.#reload();
    }
  }

  async #reload(): Promise<void> {
    this.#timeline.clear();
    await this.#load();
    await this.#loadMarks();
  }

  async #load(before?: number, limit = pageSize): Promise<boolean> {
    this.loading = true;
    try {
      const page = await this.chat.client.history(this.conversation, before === undefined ? { limit } : { before, limit });
      if (this.#closed) {
        return false;
      }

      if (!this.#timeline.addPage(page)) {
        this.#timeline.clear();
        return before !== undefined && (await this.#load());
      }

      this.refused = "";
      if (before === undefined) {
        // This page has them, or they are in it no more.
        this.arriving = [];
      }

      this.#publish();
      return true;
    } catch (error) {
      this.#fail(error);
      return false;
    } finally {
      this.loading = false;
    }
  }

  #fail(error: unknown): void {
    if (!(error instanceof ChatError)) {
      throw error;
    }

    const notBegun =
      this.conversation.startsWith("dm:") && (error.code === ErrorCode.notMember || error.code === ErrorCode.noSuchConversation);
    if (notBegun) {
      this.more = false;
    } else if (!error.retry) {
      this.refused = error.kind;
    } else if (!this.#closed && this.chat.online) {
      notices.error(error);
    }
  }

  async #loadMarks(): Promise<void> {
    try {
      const marks = await this.chat.client.watermarks(this.conversation);
      this.watermarks = [...marks];
    } catch (error) {
      if (!(error instanceof ChatError)) {
        throw error;
      }

      // Without marks messages show as sent; the next receipt or connection asks again.
    }
  }

  #publish(): void {
    this.messages = this.#timeline.messages;
    this.more = this.#timeline.more;
    if (this.arriving.length > 0) {
      this.arriving = this.arriving.filter((pending) => !this.#covers(pending));
    }
  }
}
