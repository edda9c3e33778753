import { describe, expect, it } from "vitest";
import { daysBetween, startOfDay } from "./dates";

const at = (day: number, hour: number, minute = 0) => new Date(2026, 2, day, hour, minute).getTime();

describe("days", () => {
  it("begin at midnight", () => {
    expect(startOfDay(at(10, 23, 59))).toBe(at(10, 0));
    expect(startOfDay(at(10, 0))).toBe(at(10, 0));
  });

  it("are counted as people do, from midnight to midnight", () => {
    expect(daysBetween(at(10, 23, 59), at(11, 0, 1))).toBe(1);
    expect(daysBetween(at(10, 0), at(10, 23))).toBe(0);
    expect(daysBetween(at(12, 0), at(10, 23))).toBe(-2);
  });

  it("have 23 or 25 hours now and then", () => {
    expect(daysBetween(at(1, 12), at(31, 12))).toBe(30);
  });
});
