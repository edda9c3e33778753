import { describe, expect, it } from "vitest";
import { avatarColours, colourOf, initials, readAvatar, writeAvatar } from "./avatar";

describe("a picture", () => {
  it("is read as it was written", () => {
    expect(readAvatar(writeAvatar({ colour: 3 }))).toEqual({ colour: 3 });
    expect(readAvatar(writeAvatar({ colour: 11, emoji: "🦊" }))).toEqual({ colour: 11, emoji: "🦊" });
    expect(readAvatar(writeAvatar({ colour: 1, emoji: "👩‍🚀" }))).toEqual({ colour: 1, emoji: "👩‍🚀" });
  });

  it.each([
    undefined,
    "",
    "color:12",
    "color:-1",
    "https://example.org/x.png",
    "javascript:alert(1)",
    "<img src=x onerror=alert(1)>",
    "color:1,emoji:<b>",
    "color:1;background:red",
  ])("counts as nothing when it is %s", (value) => {
    expect(readAvatar(value)).toEqual({});
  });
});

describe("what stands for a name", () => {
  it("is one or two letters", () => {
    expect(["ann", "Ann Lee", "ann.lee-smith", "", "李 小龙", "👩‍🚀"].map(initials)).toEqual(["A", "AL", "AS", "?", "李小", "👩"]);
  });

  it("is a colour that stays the same", () => {
    expect(colourOf("alice")).toBe(colourOf("alice"));
    const used = new Set(Array.from({ length: 200 }, (_, index) => colourOf(`user${index}`)));
    expect(used.size).toBe(avatarColours);
  });
});
