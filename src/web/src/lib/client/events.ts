import type { ConnectionState } from "./state.ts";
import type { PendingMessage } from "./outbox-types.ts";
import type { Hello, Message, PresenceState, Summary } from "./types.ts";

/** What a ChatClient reports, by name. */
export interface ClientEvents {
  /** The connection changed. */
  state: ConnectionState;
  /** A connection stands and the list of conversations is fresh; what was missed follows as `message` events. */
  ready: { hello: Hello; conversations: Summary[] };
  /**
   * The stored list of conversations and the outbox were read: paint them. Comes once, before the first `ready`, and also when
   * nothing was stored.
   */
  restored: { conversations: Summary[] };
  /** An entry of a conversation: each exactly once, in the order of their numbers. Change entries (`edit`, `reaction` ...) too. */
  message: { message: Message };
  /**
   * What was missed in a conversation cannot be replayed (another epoch, or too much): forget its messages and load a page of
   * history. Messages after `position` follow.
   */
  reset: { conversation: string; epoch: string; seq: number };
  /** A conversation is new, or its summary changed: also by messages and by every own read mark. */
  conversation: { summary: Summary };
  "conversation.removed": { conversation: string };
  /** A message of the own outbox was added or changed its state. */
  outbox: { pending: PendingMessage };
  typing: { conversation: string; from: string };
  receipt: { conversation: string; user: string; read: number; delivered: number };
  presence: { user: string; state: PresenceState; status?: string; lastSeen?: number };
  contact: { user: string; on: boolean };
  /** The browser's storage failed: what is sent now does not survive a reload. Comes once. */
  storage: { error: unknown };
}

export type EventName = keyof ClientEvents;
export type Handler<K extends EventName> = (event: ClientEvents[K]) => void;
