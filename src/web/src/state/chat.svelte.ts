import type { ChatClient, ConnectionState, Message, PendingMessage, Profile, Summary } from "$lib/client/index.ts";
import { ChatError, newestFirst } from "$lib/client/index.ts";
import { Directory } from "./directory.svelte";
import { preferences } from "./preferences.svelte";
import { Typing } from "./typing.svelte";

/** What a signed-in person sees of the chat, kept up to date by the client's events. */
export class Chat {
  readonly directory: Directory;
  readonly typing: Typing;
  connection = $state.raw<ConnectionState>({ status: "idle", attempt: 0 });
  /** The list has been read, from storage or from the server. */
  loaded = $state(false);
  /** The server has been heard since the page was opened. */
  fresh = $state(false);
  contacts = $state.raw<readonly string[]>([]);
  blocked = $state.raw<readonly string[]>([]);
  #conversations = $state.raw<Summary[]>([]);
  #pending = $state.raw<PendingMessage[]>([]);
  #refreshing = false;
  readonly #arrivals = new Set<(message: Message) => void>();

  constructor(readonly client: ChatClient) {
    this.directory = new Directory(client);
    this.typing = new Typing(client);
    client.on("state", (state) => (this.connection = state));
    client.on("restored", () => this.#refresh());
    client.on("ready", () => {
      this.#refresh();
      this.fresh = true;
      this.loadPeople().catch((error: unknown) => {
        // The connection went away again: the next one asks anew.
        if (!(error instanceof ChatError)) {
          throw error;
        }
      });
    });
    client.on("conversation", () => this.#refresh());
    client.on("conversation.removed", () => this.#refresh());
    client.on("reset", () => this.#refresh());
    client.on("outbox", () => this.#refresh());
    client.on("contact", ({ user, on }) => {
      this.contacts = on ? [...new Set([...this.contacts, user])] : this.contacts.filter((name) => name !== user);
    });
    client.on("message", ({ message }) => {
      if (this.fresh) {
        this.#arrivals.forEach((handler) => handler(message));
      }
    });
  }

  get user(): string {
    return this.client.user;
  }

  get me(): Profile | undefined {
    return this.directory.profile(this.user);
  }

  get online(): boolean {
    return this.connection.status === "online";
  }

  readonly conversations = $derived.by(() => {
    const pinned = new Set(preferences.all.pinned[this.user]);
    return this.#conversations
      .filter((summary) => summary.kind === "group" || summary.last > 0 || pinned.has(summary.conversation))
      .toSorted((a, b) => Number(pinned.has(b.conversation)) - Number(pinned.has(a.conversation)) || newestFirst(a, b));
  });

  /** Unread messages outside of muted conversations. */
  readonly unread = $derived.by(() => {
    const muted = new Set(preferences.all.muted[this.user]);
    return this.#conversations.reduce((sum, summary) => sum + (muted.has(summary.conversation) ? 0 : summary.unread), 0);
  });

  get pendingCount(): number {
    return this.#pending.length;
  }

  summary(conversation: string): Summary | undefined {
    return this.#conversations.find((summary) => summary.conversation === conversation);
  }

  pending(conversation: string): PendingMessage[] {
    return this.#pending.filter((message) => message.conversation === conversation);
  }

  /** What to call a conversation. */
  title(conversation: string): string {
    const summary = this.summary(conversation);
    const peer =
      summary?.peer ??
      conversation
        .split(":")
        .slice(1)
        .find((name) => name !== this.user);
    return conversation.startsWith("dm:") && peer ? this.directory.name(peer) : summary?.title || conversation.replace(/^group:/, "");
  }

  /** Calls for each message of the log that arrives from now on. */
  onArrival(handler: (message: Message) => void): () => void {
    this.#arrivals.add(handler);
    return () => this.#arrivals.delete(handler);
  }

  async loadPeople(): Promise<void> {
    const [contacts, blocked] = await Promise.all([this.client.request("contacts", {}), this.client.request("blocked", {})]);
    this.directory.learn([...contacts.items, ...blocked.items]);
    this.contacts = contacts.items.map((profile) => profile.name);
    this.blocked = blocked.items.map((profile) => profile.name);
  }

  async setBlocked(user: string, on: boolean): Promise<void> {
    await this.client.request(on ? "block" : "unblock", { user });
    this.blocked = on ? [...new Set([...this.blocked, user])] : this.blocked.filter((name) => name !== user);
  }

  async setContact(user: string, on: boolean): Promise<void> {
    await this.client.request(on ? "contact.add" : "contact.remove", { user });
    this.contacts = on ? [...new Set([...this.contacts, user])] : this.contacts.filter((name) => name !== user);
  }

  /** Many events come at once when a connection catches up; they are drawn once. */
  #refresh(): void {
    if (this.#refreshing) {
      return;
    }

    this.#refreshing = true;
    queueMicrotask(() => {
      this.#refreshing = false;
      this.#conversations = this.client.conversations();
      this.#pending = this.client.pending();
      this.loaded = true;
    });
  }
}
