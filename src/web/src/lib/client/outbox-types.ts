import type { ErrorInfo } from "./errors.ts";

/**
 * - `pending`: waits for its turn, a connection or the acknowledgement.
 * - `sent`: in the log under `seq`; its `message` event follows at once.
 * - `failed`: refused, see `error`; `retry` or `discard` it.
 * - `delivered`: its `message` event came: from now on the message itself stands for it. The last state.
 * - `discarded`: given up by `discard`. The last state.
 */
export type PendingState = "pending" | "sent" | "failed" | "delivered" | "discarded";

/** A message of the own outbox. Its states `delivered` and `read` by others come from watermarks: see `markOf`. */
export interface PendingMessage {
  clientId: string;
  conversation: string;
  text?: string;
  replyTo?: number;
  attachments?: unknown[];
  data?: Record<string, unknown>;
  /** When it was written, in the client's milliseconds. */
  createdAt: number;
  /** Its place among all messages of this outbox. */
  order: number;
  state: PendingState;
  /** Where it stands in the log, once it is `sent`. */
  seq?: number;
  at?: number;
  /** Why it failed. */
  error?: ErrorInfo;
}

export interface OutgoingMessage {
  /** `group:<id>`, or the id of a direct conversation: see `directId`. A direct conversation is opened by its first message. */
  conversation: string;
  text?: string;
  replyTo?: number;
  attachments?: unknown[];
  data?: Record<string, unknown>;
  /** The own id of the message; one is made if there is none. */
  clientId?: string;
}
