import type { Message, MessageData } from "$lib/client/index.ts";
import { describe, expect, it } from "vitest";
import { en } from "../../text/en";
import { previewText } from "./preview";

const name = (user: string) => user.toUpperCase();
const entry = (data: MessageData): Message => ({ conversation: "group:g", seq: 1, from: "ann", at: 1, kind: "system", data });
const text = (data: MessageData) => previewText(entry(data), name, en);

describe("a line for a message", () => {
  it("tells what happened in a group", () => {
    expect(text({ type: "created", title: "Jazz" })).toBe("ANN created the group “Jazz”");
    expect(text({ type: "joined", user: "bob" })).toBe("BOB joined");
    expect(text({ type: "joined", user: "bob", by: "ann" })).toBe("ANN added BOB");
    expect(text({ type: "kicked", user: "bob" })).toBe("ANN removed BOB");
    expect(text({ type: "role", user: "bob", role: "admin" })).toBe("ANN made BOB an admin");
    expect(text({ type: "left", user: "ann", owner: "bob" })).toBe("ANN left; BOB is the owner now");
  });

  it("says something for what it does not know", () => {
    expect(text({ type: "new-kind" })).toBe(en.system.other);
    expect(text({})).toBe(en.system.other);
  });

  it("is the text without marks", () => {
    expect(previewText({ ...entry({}), kind: "text", text: "*Hi*\n`there`" }, name, en)).toBe("Hi there");
    expect(previewText({ ...entry({}), kind: "text", deleted: true }, name, en)).toBe(en.message.deleted);
  });
});
