import type { Message, PendingMessage } from "$lib/client/index.ts";
import { startOfDay } from "../../text/dates";

/** What one row of a conversation shows. Keys stay the same while older rows come, and when a pending message becomes a sent one. */
export type Row =
  | { kind: "begin"; key: "begin" }
  | { kind: "day"; key: string; at: number }
  | { kind: "unread"; key: "unread" }
  | { kind: "system"; key: string; message: Message }
  | { kind: "message"; key: string; message: Message; own: boolean; first: boolean; last: boolean }
  | { kind: "pending"; key: string; pending: PendingMessage; first: boolean; last: boolean };

export interface RowsOf {
  messages: readonly Message[];
  pending: readonly PendingMessage[];
  me: string;
  /** The number of the first message that was unread when the conversation was opened; 0: none. */
  unreadFrom: number;
  /** Whether history begins with the first of the messages. */
  complete: boolean;
}

/** Messages of one person within this time are drawn as one group. */
const groupedWithin = 5 * 60_000;

export function buildRows({ messages, pending, me, unreadFrom, complete }: RowsOf): Row[] {
  const rows: Row[] = complete ? [{ kind: "begin", key: "begin" }] : [];
  let day = -1;
  let divided = false;
  let before: { from: string; at: number } | undefined;

  const separate = (at: number) => {
    if (startOfDay(at) !== day) {
      day = startOfDay(at);
      rows.push({ kind: "day", key: `day${day}`, at });
      before = undefined;
    }
  };

  /** Whether a message begins a group; if not, the one before it is no longer the last of its group. */
  const begins = (from: string, at: number): boolean => {
    const joined = before?.from === from && at - before.at < groupedWithin;
    const previous = rows.at(-1);
    if (joined && previous && "last" in previous) {
      previous.last = false;
    }

    before = { from, at };
    return !joined;
  };

  for (const message of messages) {
    separate(message.at);
    if (!divided && unreadFrom > 0 && message.seq >= unreadFrom) {
      divided = true;
      rows.push({ kind: "unread", key: "unread" });
      before = undefined;
    }

    if (message.kind === "system") {
      rows.push({ kind: "system", key: `s${message.seq}`, message });
      before = undefined;
    } else {
      const own = message.from === me;
      const first = begins(message.from, message.at);
      rows.push({
        kind: "message",
        key: own && message.clientId ? `c${message.clientId}` : `s${message.seq}`,
        message,
        own,
        first,
        last: true,
      });
    }
  }

  const shown = new Set(messages.flatMap((message) => (message.from === me && message.clientId ? [message.clientId] : [])));
  for (const waiting of pending) {
    if (!shown.has(waiting.clientId)) {
      shown.add(waiting.clientId);
      separate(Math.max(waiting.at ?? waiting.createdAt, messages.at(-1)?.at ?? 0));
      const first = begins(me, waiting.createdAt);
      rows.push({ kind: "pending", key: `c${waiting.clientId}`, pending: waiting, first, last: true });
    }
  }

  return rows;
}

/** Whether a row is something that somebody has written. */
export const isMessage = (row: Row): boolean => row.kind === "message" || row.kind === "pending";

/** The row's message number; 0 for rows that are none. */
export const seqOf = (row: Row | undefined): number => (row && "message" in row ? row.message.seq : 0);
