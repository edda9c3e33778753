import { describe, expect, it } from "vitest";
import { formatRoute, parseRoute } from "./route";

describe("an address", () => {
  it.each([
    { section: "chats" as const },
    { section: "chats" as const, id: "dm:ann:bob" },
    { section: "chats" as const, id: "group:a/b #1" },
    { section: "people" as const, id: "ann" },
  ])("is read as it was written: %j", (route) => {
    expect(parseRoute(formatRoute(route))).toEqual(route);
  });

  it.each(["", "#", "#/", "#/nonsense/x", "#//evil", "javascript:alert(1)"])(
    "that is not understood leads to the conversations: %s",
    (hash) => {
      expect(parseRoute(hash)).toEqual({ section: "chats" });
    },
  );

  it("with a broken escape opens nothing", () => {
    expect(parseRoute("#/chats/%E0%A4%A")).toEqual({ section: "chats" });
  });
});
