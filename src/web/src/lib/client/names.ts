import type { Message, Summary, Watermark } from "./types.ts";

/** The id of the direct conversation of two people: their names in ordinal order. */
export const directId = (a: string, b: string): string => (a < b ? `dm:${a}:${b}` : `dm:${b}:${a}`);

export const groupId = (group: string): string => `group:${group}`;

/** The other person of a direct conversation; undefined for groups and for conversations of other people. */
export function peerOf(conversation: string, me: string): string | undefined {
  const [kind, a, b] = conversation.split(":");
  return kind !== "dm" || a === undefined || b === undefined ? undefined : a === me ? b : b === me ? a : undefined;
}

/** The group's id without `group:`; undefined for direct conversations. */
export const groupOf = (conversation: string): string | undefined =>
  conversation.startsWith("group:") ? conversation.slice("group:".length) : undefined;

/** Whether a message is something that people read, rather than a change or a report. */
export const isContent = (message: Message): boolean => message.kind === "text";

export type Mark = "sent" | "delivered" | "read";

/** How far an own message has come: `read` when all others have read it in a direct conversation, or somebody in a group. */
export function markOf(message: { seq: number }, watermarks: Iterable<Watermark>, me: string): Mark {
  let mark: Mark = "sent";
  for (const { user, read, delivered } of watermarks) {
    if (user === me) {
      continue;
    }

    if (read >= message.seq) {
      return "read";
    }

    if (delivered >= message.seq) {
      mark = "delivered";
    }
  }

  return mark;
}

/** Newest first, as the server orders them. */
export const newestFirst = (a: Summary, b: Summary): number =>
  (b.lastMessage?.at ?? 0) - (a.lastMessage?.at ?? 0) || (a.conversation < b.conversation ? -1 : 1);
