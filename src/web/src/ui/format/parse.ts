/**
 * Message text as a tree. Nothing here makes HTML: the tree is drawn by components, so whatever a
 * person types stays text. Every step only moves forward, so the work is linear in the text's length.
 */
export type Inline =
  | { kind: "text"; text: string }
  | { kind: "strong" | "em" | "strike"; children: Inline[] }
  | { kind: "code"; text: string }
  | { kind: "link"; href: string; text: string }
  | { kind: "mention"; name: string; text: string };

export type Block =
  { kind: "paragraph"; lines: Inline[][] } | { kind: "quote"; lines: Inline[][] } | { kind: "code"; language: string; text: string };

const maxDepth = 4;
const fence = /^```([A-Za-z0-9+#-]{0,20})\s*$/;
const link = /^https?:\/\/[^\s<>"'`]+/i;
const mention = /^@([a-z0-9][a-z0-9._-]{1,31})/i;
const wordCharacter = /[\p{L}\p{N}_]/u;
const marks = [
  ["**", "strong"],
  ["~~", "strike"],
  ["*", "strong"],
  ["_", "em"],
] as const;

/** Splits a message into paragraphs, quotes and code blocks. */
export function parse(text: string): Block[] {
  const blocks: Block[] = [];
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const lastFence = lines.findLastIndex((line) => line.trim() === "```");
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    const opened = fence.exec(line);
    if (opened && lastFence > at) {
      const close = closingFence(lines, at + 1);
      blocks.push({ kind: "code", language: opened[1] ?? "", text: lines.slice(at + 1, close).join("\n") });
      at = close;
      continue;
    }

    const quoted = line.startsWith("> ") || line === ">";
    const kind = quoted ? "quote" : "paragraph";
    const inline = parseInline(quoted ? line.slice(2) : line);
    const last = blocks.at(-1);
    if (last?.kind === kind) {
      last.lines.push(inline);
    } else {
      blocks.push({ kind, lines: [inline] });
    }
  }

  return blocks;
}

function closingFence(lines: string[], from: number): number {
  let at = from;
  while (lines[at]!.trim() !== "```") {
    at++;
  }

  return at;
}

/** Emphasis, code, links and mentions of one line. */
export function parseInline(line: string, depth = 0): Inline[] {
  const parts: Inline[] = [];
  const absent = new Set<string>();
  let plain = "";
  const push = (part: Inline) => {
    if (plain) {
      parts.push({ kind: "text", text: plain });
      plain = "";
    }

    parts.push(part);
  };

  let at = 0;
  while (at < line.length) {
    const found = special(line, at, depth, absent);
    if (found) {
      push(found.part);
      at = found.end;
    } else {
      plain += line[at++];
    }
  }

  if (plain) {
    parts.push({ kind: "text", text: plain });
  }

  return parts;
}

interface Found {
  part: Inline;
  end: number;
}

function special(line: string, at: number, depth: number, absent: Set<string>): Found | undefined {
  const character = line[at]!;
  if (character === "`") {
    return code(line, at, absent);
  }

  if ((character === "h" || character === "H") && !wordBefore(line, at)) {
    return linkAt(line, at);
  }

  if (character === "@" && !wordBefore(line, at)) {
    const match = mention.exec(line.slice(at, at + 33));
    const text = match?.[0].replace(/[._-]+$/, "");
    return text && text.length > 2
      ? { part: { kind: "mention", name: text.slice(1).toLowerCase(), text }, end: at + text.length }
      : undefined;
  }

  return depth < maxDepth ? emphasis(line, at, depth, absent) : undefined;
}

function code(line: string, at: number, absent: Set<string>): Found | undefined {
  if (absent.has("`")) {
    return undefined;
  }

  const end = line.indexOf("`", at + 1);
  if (end < 0) {
    absent.add("`");
    return undefined;
  }

  return end > at + 1 ? { part: { kind: "code", text: line.slice(at + 1, end) }, end: end + 1 } : undefined;
}

function emphasis(line: string, at: number, depth: number, absent: Set<string>): Found | undefined {
  for (const [mark, kind] of marks) {
    if (!line.startsWith(mark, at) || absent.has(mark) || wordBefore(line, at)) {
      continue;
    }

    const end = closingMark(line, at, mark, absent);
    if (end > 0) {
      return { part: { kind, children: parseInline(line.slice(at + mark.length, end), depth + 1) }, end: end + mark.length };
    }
  }

  return undefined;
}

/** A mark closes where no space is before it and no word character after it, so that 2*3*4 and snake_case stay as they are. */
function closingMark(line: string, at: number, mark: string, absent: Set<string>): number {
  const begin = at + mark.length;
  if (!line[begin] || /\s/.test(line[begin]!)) {
    return -1;
  }

  for (let end = line.indexOf(mark, begin + 1); end > 0; end = line.indexOf(mark, end + 1)) {
    if (!/\s/.test(line[end - 1]!) && !wordCharacter.test(line[end + mark.length] ?? " ")) {
      return end;
    }
  }

  absent.add(mark);
  return -1;
}

function linkAt(line: string, at: number): Found | undefined {
  const match = link.exec(line.slice(at, at + 2048));
  if (!match) {
    return undefined;
  }

  const text = trimPunctuation(match[0]);
  const href = safeLink(text);
  return href ? { part: { kind: "link", href, text }, end: at + text.length } : undefined;
}

/** A sentence's full stop, or the bracket around a link, is not part of the link. */
function trimPunctuation(text: string): string {
  let end = text.length;
  for (; end > 0; end--) {
    const last = text[end - 1]!;
    const unbalanced = last === ")" && count(text, "(", end) < count(text, ")", end);
    if (!unbalanced && !/[.,;:!?*_~\]}]/.test(last)) {
      break;
    }
  }

  return text.slice(0, end);
}

function count(text: string, character: string, end: number): number {
  let found = 0;
  for (let at = 0; at < end; at++) {
    found += text[at] === character ? 1 : 0;
  }

  return found;
}

/** The address if it is one that may be followed: http or https, with a host, without a name and password in it. */
export function safeLink(text: string): string | undefined {
  try {
    const url = new URL(text);
    return (url.protocol === "http:" || url.protocol === "https:") && url.hostname && !url.username && !url.password ? url.href : undefined;
  } catch (error) {
    if (error instanceof TypeError) {
      return undefined;
    }

    throw error;
  }
}

function wordBefore(line: string, at: number): boolean {
  return at > 0 && wordCharacter.test(line[at - 1]!);
}

/** The text without marks, on one line: for previews, notifications and labels. */
export function plain(text: string): string {
  const inline = (parts: Inline[]): string => parts.map((part) => ("children" in part ? inline(part.children) : part.text)).join("");
  return parse(text)
    .map((block) => (block.kind === "code" ? block.text : block.lines.map(inline).join(" ")))
    .join(" ")
    .replace(/\s+/g, " ")
    .trim();
}

const emojiOnly =
  /^(?:\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?(?:\u200D\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?)*|\p{Regional_Indicator}{2}|\s){1,12}$/u;

/** Whether a message is a few emoji and nothing else; such a message is drawn large. */
export function isEmojiOnly(text: string): boolean {
  return text.length <= 24 && /\P{ASCII}/u.test(text) && emojiOnly.test(text);
}
