import { describe, expect, it } from "vitest";
import { emojiGroups, emojiName, findEmoji, quickReactions } from "./emoji";

describe("the emoji", () => {
  const all = emojiGroups.flatMap(([, list]) => list.map(({ emoji }) => emoji));

  it("are emoji, each once, in a form that the server takes", () => {
    expect(new Set(all).size).toBe(all.length);
    for (const emoji of all) {
      expect(emoji).toMatch(/\p{Extended_Pictographic}/u);
      expect(emoji.normalize()).toBe(emoji);
      expect(emoji.length).toBeLessThanOrEqual(32);
    }
  });

  it("are found by their words", () => {
    expect(findEmoji("rocket").map(({ emoji }) => emoji)).toEqual(["🚀"]);
    expect(findEmoji("nothing like this")).toEqual([]);
    expect(quickReactions.every((emoji) => emojiName(emoji) !== emoji)).toBe(true);
  });
});
