import type { Message } from "./types.ts";

/** Whether an entry changes an earlier message rather than being one. */
export const isChange = (entry: Message): boolean =>
  entry.kind === "edit" || entry.kind === "delete" || entry.kind === "reaction" || entry.kind === "pin";

/** What a change entry makes of the message that it targets; the message itself stays as it is. */
export function applyChange(message: Message, change: Message): Message {
  switch (change.kind) {
    case "edit":
      return message.deleted || change.deleted ? message : edited(message, change);
    case "delete":
      return deleted(message);
    case "reaction":
      return message.deleted ? message : reacted(message, change);
    default:
      return message;
  }
}

function edited(message: Message, change: Message): Message {
  const { mentions: _, ...rest } = message;
  return {
    ...rest,
    ...(change.text === undefined ? {} : { text: change.text }),
    ...(change.mentions === undefined ? {} : { mentions: change.mentions }),
    edited: change.at,
  };
}

function deleted({ conversation, seq, from, at, kind, clientId }: Message): Message {
  return { conversation, seq, from, at, kind, ...(clientId === undefined ? {} : { clientId }), deleted: true };
}

function reacted(message: Message, change: Message): Message {
  const { emoji, on } = change.data ?? {};
  if (emoji === undefined) {
    return message;
  }

  const before = new Map(Object.entries(message.reactions ?? {}));
  const others = (before.get(emoji) ?? []).filter((name) => name !== change.from);
  const names = on === false ? others : [...others, change.from];
  if (names.length > 0) {
    before.set(emoji, names);
  } else {
    before.delete(emoji);
  }

  const { reactions: _, ...rest } = message;
  return before.size > 0 ? { ...rest, reactions: Object.fromEntries(before) } : rest;
}
