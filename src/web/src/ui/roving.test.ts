import { describe, expect, it } from "vitest";
import { nextIndex } from "./roving";

describe("arrow keys in a list", () => {
  it("move by one and stop at the ends", () => {
    expect(nextIndex("ArrowDown", 0, 3)).toBe(1);
    expect(nextIndex("ArrowDown", 2, 3)).toBe(2);
    expect(nextIndex("ArrowUp", 0, 3)).toBe(0);
    expect(nextIndex("End", 0, 3)).toBe(2);
    expect(nextIndex("Home", 2, 3)).toBe(0);
  });

  it("enter the list at its first item", () => {
    expect(nextIndex("ArrowDown", -1, 3)).toBe(0);
  });

  it("move by rows and columns in a grid, and stay in the column", () => {
    expect(nextIndex("ArrowDown", 1, 10, 4)).toBe(5);
    expect(nextIndex("ArrowDown", 8, 10, 4)).toBe(8);
    expect(nextIndex("ArrowRight", 3, 10, 4)).toBe(4);
    expect(nextIndex("ArrowUp", 1, 10, 4)).toBe(1);
  });

  it("leave other keys alone", () => {
    expect(nextIndex("a", 0, 3)).toBeUndefined();
    expect(nextIndex("ArrowRight", 0, 3)).toBeUndefined();
    expect(nextIndex("ArrowDown", 0, 0)).toBeUndefined();
  });
});
