import { describe, expect, it } from "vitest";
import { text } from "./testing/scripted.ts";
import { Timeline } from "./timeline.ts";
import type { HistoryPage, Message } from "./types.ts";

const page = (from: number, to: number, more: Partial<HistoryPage> = {}): HistoryPage => ({
  epoch: "e1", last: to, from, to, more: from > 1,
  messages: Array.from({ length: to - from + 1 }, (_, i) => text(from + i)),
  ...more,
});

const loaded = (): Timeline => {
  const timeline = new Timeline("group:room");
  timeline.addPage(page(11, 20));
  return timeline;
};

const numbers = (timeline: Timeline): number[] => timeline.messages.map((message) => message.seq);
const change = (seq: number, kind: Message["kind"], target: number, more: Partial<Message> = {}): Message =>
  text(seq, { kind, ...more, data: { target, ...more.data } });

describe("A timeline", () => {
  it("puts older pages in front and live entries behind", () => {
    const timeline = loaded();
    expect(timeline.addPage(page(1, 10))).toBe(true);
    expect(timeline.apply(text(21))).toBe(true);
    expect(numbers(timeline)).toEqual(Array.from({ length: 21 }, (_, i) => i + 1));
    expect(timeline.more).toBe(false);
  });

  it("does not take what does not fit: a hole, or another epoch", () => {
    const timeline = loaded();
    expect(timeline.apply(text(22))).toBe(false);
    expect(timeline.addPage(page(1, 5))).toBe(false);
    expect(timeline.addPage(page(1, 10, { epoch: "e2" }))).toBe(false);
    expect(numbers(timeline)).toHaveLength(10);
  });

  it("keeps entries that come before the first page, and drops those that the page has", () => {
    const timeline = new Timeline("group:room");
    [19, 20, 21, 22].forEach((seq) => timeline.apply(text(seq)));
    expect(timeline.addPage(page(11, 20))).toBe(true);
    expect(numbers(timeline).slice(-3)).toEqual([20, 21, 22]);
  });

  it("applies edits, deletions and reactions, and leaves the old objects alone", () => {
    const timeline = loaded();
    const before = timeline.get(12);
    timeline.apply(change(21, "edit", 12, { text: "better" }));
    timeline.apply(change(22, "reaction", 12, { data: { target: 12, emoji: "👍", on: true } }));
    timeline.apply(change(23, "delete", 13));
    expect(timeline.get(12)).toMatchObject({ text: "better", edited: 1021, reactions: { "👍": ["bob"] } });
    expect(before).toMatchObject({ text: "text 12" });
    expect(timeline.get(13)).toEqual({ conversation: "group:room", seq: 13, from: "bob", at: 1013, kind: "text", deleted: true });
    timeline.apply(change(24, "reaction", 12, { data: { target: 12, emoji: "👍", on: false } }));
    expect(timeline.get(12)).not.toHaveProperty("reactions");
    expect(numbers(timeline)).toHaveLength(10);
  });

  it("does not apply a change again that a page has applied already", () => {
    const timeline = loaded();
    timeline.addPage(page(1, 10, { last: 25, messages: [text(5, { reactions: { "+": ["bob"] } })] }));
    timeline.apply(change(21, "reaction", 5, { data: { target: 5, emoji: "+", on: false } }));
    expect(timeline.get(5)?.reactions).toEqual({ "+": ["bob"] });
  });

  it("keeps what is newer when an older page of the same messages comes late", () => {
    const timeline = loaded();
    timeline.apply(change(21, "edit", 12, { text: "better" }));
    timeline.addPage(page(11, 20));
    expect(timeline.get(12)?.text).toBe("better");
  });

  it("of a conversation without messages, and so without an epoch, takes the first one", () => {
    const timeline = new Timeline("dm:alice:bob");
    expect(timeline.addPage({ epoch: "", last: 0, from: 1, to: 0, more: false, messages: [] })).toBe(true);
    expect(timeline.apply(text(1))).toBe(true);
    expect(timeline.addPage(page(1, 1))).toBe(true);
    expect(timeline).toMatchObject({ epoch: "e1", to: 1, more: false });
    expect(numbers(timeline)).toEqual([1]);
  });

  it("gives another array after a change", () => {
    const timeline = loaded();
    const { messages } = timeline;
    timeline.apply(text(21));
    expect(timeline.messages).not.toBe(messages);
  });

  it("trimmed to a number of messages knows where it begins", () => {
    const timeline = loaded();
    timeline.trim(4);
    expect(numbers(timeline)).toEqual([17, 18, 19, 20]);
    expect(timeline).toMatchObject({ from: 17, more: true });
    expect(timeline.addPage(page(7, 16))).toBe(true);
  });

  it("cloned grows on its own", () => {
    const timeline = loaded();
    const copy = timeline.clone();
    copy.addPage(page(1, 10));
    copy.apply(text(21));
    expect([numbers(timeline).length, numbers(copy).length]).toEqual([10, 21]);
  });
});
