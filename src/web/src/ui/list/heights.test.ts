import { describe, expect, it } from "vitest";
import { anchorAt, Heights, scrollTopFor } from "./heights";

const list = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `row${from + index}`);

describe("heights of a long list", () => {
  it("begins with estimates and takes what was measured", () => {
    const heights = new Heights(() => 50);
    heights.setKeys(list(10));
    expect(heights.total).toBe(500);
    expect(heights.measure("row3", 80)).toBe(true);
    expect(heights.measure("row3", 80.2)).toBe(false);
    expect(heights.total).toBe(530);
    expect(heights.top(4)).toBe(230);
  });

  it("finds the row at a place", () => {
    const heights = new Heights(() => 50);
    heights.setKeys(list(10));
    heights.measure("row0", 10);
    expect([heights.at(-5), heights.at(0), heights.at(9), heights.at(10), heights.at(59), heights.at(60), heights.at(9999)]).toEqual([
      0, 0, 0, 1, 1, 2, 9,
    ]);
  });

  it("draws a few rows of ten thousand", () => {
    const heights = new Heights(() => 60);
    heights.setKeys(list(10_000));
    const { from, to } = heights.range(300_000, 800, 400);
    expect(from).toBeLessThanOrEqual(4994);
    expect(to).toBeGreaterThanOrEqual(5014);
    expect(to - from).toBeLessThan(40);
  });

  it("keeps its place when older rows are put in front", () => {
    const heights = new Heights(() => 60);
    heights.setKeys(list(100, 100));
    const anchor = anchorAt(heights, 1234)!;
    heights.setKeys(list(200));
    const moved = scrollTopFor(heights, anchor)!;
    expect(moved).toBe(1234 + 6000);
    heights.measure("row5", 300);
    expect(scrollTopFor(heights, anchor)).toBe(moved + 240);
  });

  it("does not hold on to a row that moves away", () => {
    const heights = new Heights(() => 60);
    heights.setKeys(["day", "a", "b"]);
    const anchor = anchorAt(heights, 10, (key) => key !== "day")!;
    expect(anchor).toEqual({ key: "a", offset: 50 });
    heights.setKeys(["day", "x", "y", "a", "b"]);
    expect(scrollTopFor(heights, anchor)).toBe(130);
  });

  it("does not move for what grows below", () => {
    const heights = new Heights(() => 60);
    heights.setKeys(list(100));
    const anchor = anchorAt(heights, 600)!;
    heights.measure("row50", 500);
    expect(scrollTopFor(heights, anchor)).toBe(600);
  });

  it("knows when the anchor is gone", () => {
    const heights = new Heights(() => 60);
    heights.setKeys(list(3));
    const anchor = anchorAt(heights, 70)!;
    heights.setKeys(["other"]);
    expect(scrollTopFor(heights, anchor)).toBeUndefined();
    heights.setKeys([]);
    expect(anchorAt(heights, 0)).toBeUndefined();
    expect(heights.range(0, 100, 100)).toEqual({ from: 0, to: 0 });
  });

  it("counts again only what stands below a measured row", () => {
    let estimated = 0;
    const heights = new Heights(() => {
      estimated++;
      return 60;
    });
    heights.setKeys(list(10_000));
    expect(heights.total).toBe(600_000);
    expect(estimated).toBe(10_000);

    estimated = 0;
    heights.measure("row9990", 61);
    expect(heights.total).toBe(600_001);
    expect(heights.top(5000)).toBe(300_000);
    expect(estimated).toBe(9);
  });
});
