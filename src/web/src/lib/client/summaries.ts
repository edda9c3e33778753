import { applyChange, isChange } from "./changes.ts";
import { isContent } from "./names.ts";
import type { Message, Summary } from "./types.ts";

/** A summary brought forward by an entry behind it. */
export function forward(summary: Summary, entry: Message, me: string): Summary {
  if (entry.seq <= summary.last) {
    return summary;
  }

  const next = { ...summary, last: entry.seq };
  if (isChange(entry)) {
    return changed(next, entry);
  }

  next.lastMessage = entry;
  if (entry.from === me && isContent(entry)) {
    return { ...next, read: entry.seq, delivered: entry.seq, unread: 0 };
  }

  return isContent(entry) ? { ...next, unread: next.unread + 1 } : reported(next, entry, me);
}

function changed(summary: Summary, change: Message): Summary {
  const target = change.data?.target ?? 0;
  const isLast = summary.lastMessage?.seq === target;
  const next = isLast && summary.lastMessage ? { ...summary, lastMessage: applyChange(summary.lastMessage, change) } : summary;
  if (change.kind === "pin" || change.kind === "delete") {
    const others = summary.pinned.filter((seq) => seq !== target);
    return { ...next, pinned: change.kind === "pin" && change.data?.on !== false ? [...others, target] : others };
  }

  return next;
}

/** What a system entry says of the conversation itself. */
function reported(summary: Summary, { data }: Message, me: string): Summary {
  const members = summary.members ?? 0;
  switch (data?.type) {
    case "joined":
      return { ...summary, members: members + 1 };
    case "left":
    case "kicked":
    case "banned":
      return { ...summary, members: Math.max(members - 1, 0), ...(data.owner === me ? { role: "owner" } : {}) };
    case "renamed":
    case "updated":
      return data.title === undefined ? summary : { ...summary, title: data.title };
    case "role":
      return data.user === me && data.role !== undefined ? { ...summary, role: data.role } : summary;
    case "muted":
    case "unmuted":
      return data.user === me ? { ...summary, muted: data.type === "muted" ? data.until ?? 0 : 0 } : summary;
    default:
      return summary;
  }
}
