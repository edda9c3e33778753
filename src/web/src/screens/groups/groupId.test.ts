import { describe, expect, it } from "vitest";
import { groupIdFrom, isGroupId } from "./groupId";

describe("a group's address", () => {
  it.each([
    ["Book Club", "book-club"],
    ["Café & Crème", "cafe-creme"],
    ["  -Jazz!! ", "jazz"],
    ["日本", ""],
    ["<b>x</b>", "b-x-b"],
  ])("made of %j is %j", (title, id) => {
    expect(groupIdFrom(title)).toBe(id);
  });

  it.each([
    ["ab", true],
    ["a", false],
    ["-ab", false],
    ["a b", false],
    ["a".repeat(65), false],
  ])("%j is one: %s", (id, valid) => {
    expect(isGroupId(id)).toBe(valid);
  });
});
