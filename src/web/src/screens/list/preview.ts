import type { Message } from "$lib/client/index.ts";
import type { Texts } from "../../text/en";
import { plain } from "../../ui/format/parse";

/** A system entry as a sentence. */
export function systemText(message: Message, name: (user: string) => string, t: Texts): string {
  const data = message.data ?? {};
  const by = name(data.by ?? message.from);
  const who = name(data.user ?? message.from);
  const s = t.system;
  switch (data.type) {
    case "created":
      return data.title ? s.created(name(message.from), data.title) : s.createdPlain(name(message.from));
    case "joined":
      return data.by && data.by !== data.user ? s.added(by, who) : s.joined(who);
    case "left":
      return data.owner ? s.leftOwner(who, name(data.owner)) : s.left(who);
    case "kicked":
      return s.kicked(by, who);
    case "banned":
      return s.banned(by, who);
    case "unbanned":
      return s.unbanned(by, who);
    case "role":
      return s.role(by, who, data.role && data.role in t.groups.roleWords ? t.groups.roleWords[data.role] : String(data.role ?? ""));
    case "muted":
      return s.muted(by, who);
    case "unmuted":
      return s.unmuted(by, who);
    case "renamed":
      return s.renamed(by, data.title ?? "");
    case "updated":
      return s.updated(by);
    case "deleted":
      return s.deleted(by);
    default:
      return s.other;
  }
}

/** One line that stands for a message. */
export function previewText(message: Message, name: (user: string) => string, t: Texts): string {
  if (message.kind === "system") {
    return systemText(message, name, t);
  }

  return message.deleted ? t.message.deleted : plain(message.text ?? "").slice(0, 200) || t.message.attachment;
}
