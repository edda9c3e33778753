import type { Message, PendingMessage } from "$lib/client/index.ts";
import { describe, expect, it } from "vitest";
import { buildRows, type Row, type RowsOf } from "./rows";

const noon = new Date(2026, 4, 20, 12).getTime();
const minute = 60_000;

const said = (seq: number, from: string, at = noon + seq * minute, more: Partial<Message> = {}): Message => ({
  conversation: "dm:ann:bob",
  seq,
  from,
  at,
  kind: "text",
  text: `m${seq}`,
  ...more,
});
const waiting = (clientId: string, createdAt: number): PendingMessage => ({
  clientId,
  conversation: "dm:ann:bob",
  text: "w",
  createdAt,
  order: 1,
  state: "pending",
});
const rows = (of: Partial<RowsOf>) => buildRows({ messages: [], pending: [], me: "ann", unreadFrom: 0, complete: false, ...of });
const kinds = (list: Row[]) => list.map((row) => row.kind).join(" ");
const grouping = (list: Row[]) =>
  list.flatMap((row) => ("first" in row ? [`${row.first ? "[" : ""}x${row.last ? "]" : ""}`] : [])).join(" ");

describe("rows of a conversation", () => {
  it("say where it begins only when nothing older is left", () => {
    expect(kinds(rows({ messages: [said(1, "ann")], complete: true }))).toBe("begin day message");
    expect(kinds(rows({ messages: [said(9, "ann")] }))).toBe("day message");
  });

  it("separate the days", () => {
    expect(kinds(rows({ messages: [said(1, "ann", noon), said(2, "ann", noon + 24 * 60 * minute)] }))).toBe("day message day message");
  });

  it("group what one person says within five minutes", () => {
    const messages = [
      said(1, "ann", noon),
      said(2, "ann", noon + minute),
      said(3, "bob", noon + 2 * minute),
      said(4, "bob", noon + 9 * minute),
    ];
    expect(grouping(rows({ messages }))).toBe("[x x] [x] [x]");
  });

  it("end a group at a system entry and at the divider", () => {
    const messages = [
      said(1, "bob", noon),
      { ...said(2, "bob", noon), kind: "system" as const },
      said(3, "bob", noon),
      said(4, "bob", noon),
    ];
    const built = rows({ messages, unreadFrom: 4 });
    expect(kinds(built)).toBe("day message system message unread message");
    expect(grouping(built)).toBe("[x] [x] [x]");
  });

  it("show the divider once, before the first unread message", () => {
    expect(kinds(rows({ messages: [said(5, "bob"), said(6, "bob"), said(7, "bob")], unreadFrom: 6 }))).toBe(
      "day message unread message message",
    );
  });

  it("put pending messages last, in the own group", () => {
    const built = rows({ messages: [said(1, "ann", noon)], pending: [waiting("c1", noon + minute), waiting("c2", noon + minute)] });
    expect(kinds(built)).toBe("day message pending pending");
    expect(grouping(built)).toBe("[x x x]");
  });

  it("keep the key of a message that was pending, and never show it twice", () => {
    const before = rows({ pending: [waiting("c1", noon)] }).at(-1)!;
    const after = rows({ messages: [said(1, "ann", noon, { clientId: "c1" })], pending: [waiting("c1", noon)] });
    expect(kinds(after)).toBe("day message");
    expect(after.at(-1)!.key).toBe(before.key);
  });

  it("show a message once that the outbox has not let go of yet", () => {
    expect(kinds(rows({ pending: [waiting("c1", noon), waiting("c1", noon), waiting("c2", noon)] }))).toBe("day pending pending");
  });

  it("tell another person's message with the same client id apart", () => {
    const built = rows({ messages: [said(1, "bob", noon, { clientId: "c1" }), said(2, "ann", noon, { clientId: "c1" })] });
    expect(new Set(built.map((row) => row.key)).size).toBe(built.length);
  });

  it("have keys of their own, ten thousand of them", () => {
    const messages = Array.from({ length: 10_000 }, (_, index) => said(index + 1, index % 3 ? "ann" : "bob", noon + index * minute));
    const built = rows({ messages, complete: true, unreadFrom: 9000 });
    expect(new Set(built.map((row) => row.key)).size).toBe(built.length);
  });
});
