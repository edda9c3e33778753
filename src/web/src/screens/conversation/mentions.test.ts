import { describe, expect, it } from "vitest";
import { completeMention, matchPeople, typedMention } from "./mentions";

describe("a mention being typed", () => {
  it("is found before the cursor", () => {
    expect(typedMention("hi @bo", 6)).toEqual({ from: 3, prefix: "bo" });
    expect(typedMention("@", 1)).toEqual({ from: 0, prefix: "" });
    expect(typedMention("hi @bo there", 6)).toEqual({ from: 3, prefix: "bo" });
  });

  it("is none in an address or after a space", () => {
    expect(typedMention("mail@ex", 7)).toBeUndefined();
    expect(typedMention("@bob ", 5)).toBeUndefined();
    expect(typedMention("hello", 5)).toBeUndefined();
  });

  it("is replaced by the name", () => {
    expect(completeMention("hi @bo there", 6, 3, "bob")).toEqual({ text: "hi @bob there", cursor: 8 });
    expect(completeMention("@", 1, 0, "ann")).toEqual({ text: "@ann ", cursor: 5 });
  });
});

describe("people to mention", () => {
  it("match by user name first, then by a word of the display name", () => {
    const people = [
      { name: "zoe", displayName: "Bo Zoe" },
      { name: "bob", displayName: "Robert" },
      { name: "ann", displayName: "Ann" },
    ];
    expect(matchPeople("bo", people, 5).map(({ name }) => name)).toEqual(["bob", "zoe"]);
    expect(matchPeople("", people, 2)).toHaveLength(2);
  });
});
