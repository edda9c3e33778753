import { describe, expect, it } from "vitest";
import { de } from "./de";
import { en } from "./en";

/** The paths of all texts. */
function paths(value: unknown, path = ""): string[] {
  return typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([name, inner]) => paths(inner, `${path}.${name}`))
    : [path];
}

describe("a translation", () => {
  it("has every text, and none beside", () => {
    expect(paths(de).sort()).toEqual(paths(en).sort());
  });

  it("leaves no text empty", () => {
    const empty = (value: unknown): boolean =>
      typeof value === "object" && value !== null ? Object.values(value).some(empty) : value === "";
    expect(empty(de)).toBe(false);
  });
});
