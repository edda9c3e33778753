import type { PendingMessage } from "./outbox-types.ts";
import type { Message, Summary } from "./types.ts";

/** A conversation as it is kept for the next start. */
export interface StoredConversation {
  conversation: string;
  summary: Summary;
  /** The position: everything up to it was reported. */
  epoch: string;
  seq: number;
  /** When it was stored, in the clock's milliseconds. */
  savedAt: number;
  /** The newest messages, without a hole from `from` to `to`; empty when none are kept. */
  from: number;
  to: number;
  more: boolean;
  messages: Message[];
}

/** A message of the outbox as it is kept. */
export interface StoredPending extends PendingMessage {
  /** The client (a tab, for example) that sends it. */
  owner: string;
  /** Set before it goes out for the first time: the last number known then. A resend says it. */
  after?: number;
}

/** What outlives a page. One storage belongs to one user. All methods may fail; the client then goes on without. */
export interface ChatStorage {
  conversations(): Promise<StoredConversation[]>;
  putConversations(conversations: readonly StoredConversation[]): Promise<void>;
  removeConversations(ids: readonly string[]): Promise<void>;
  outbox(): Promise<StoredPending[]>;
  putPending(pending: StoredPending): Promise<void>;
  removePending(clientId: string): Promise<void>;
  /** Forgets everything: at sign-out. */
  clear(): Promise<void>;
  close(): void;
}

/** Keeps everything in memory: for programs that need nothing to outlive them, and where a browser has no storage. */
export class MemoryStorage implements ChatStorage {
  readonly #conversations = new Map<string, StoredConversation>();
  readonly #outbox = new Map<string, StoredPending>();

  conversations(): Promise<StoredConversation[]> {
    return Promise.resolve(structuredClone([...this.#conversations.values()]));
  }

  putConversations(conversations: readonly StoredConversation[]): Promise<void> {
    for (const conversation of conversations) {
      this.#conversations.set(conversation.conversation, structuredClone(conversation));
    }

    return Promise.resolve();
  }

  removeConversations(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      this.#conversations.delete(id);
    }

    return Promise.resolve();
  }

  outbox(): Promise<StoredPending[]> {
    return Promise.resolve(structuredClone([...this.#outbox.values()].sort((a, b) => a.order - b.order)));
  }

  putPending(pending: StoredPending): Promise<void> {
    this.#outbox.set(pending.clientId, structuredClone(pending));
    return Promise.resolve();
  }

  removePending(clientId: string): Promise<void> {
    this.#outbox.delete(clientId);
    return Promise.resolve();
  }

  clear(): Promise<void> {
    this.#conversations.clear();
    this.#outbox.clear();
    return Promise.resolve();
  }

  close(): void {
    // Nothing is held open.
  }
}
