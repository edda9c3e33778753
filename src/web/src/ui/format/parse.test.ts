import { describe, expect, it } from "vitest";
import { isEmojiOnly, parse, parseInline, plain, safeLink } from "./parse";

const text = (value: string) => ({ kind: "text", text: value });

describe("inline text", () => {
  it("marks bold, italic and struck words", () => {
    expect(parseInline("a *b* _c_ ~~d~~ **e**")).toEqual([
      text("a "),
      { kind: "strong", children: [text("b")] },
      text(" "),
      { kind: "em", children: [text("c")] },
      text(" "),
      { kind: "strike", children: [text("d")] },
      text(" "),
      { kind: "strong", children: [text("e")] },
    ]);
  });

  it("nests emphasis", () => {
    expect(parseInline("*a _b_*")).toEqual([{ kind: "strong", children: [text("a "), { kind: "em", children: [text("b")] }] }]);
  });

  it.each(["2*3*4", "snake_case_name", "* a", "a * b * c", "**", "_", "~~", "`", "``", "@", "@a", "mail@example.org"])(
    "leaves %s alone",
    (value) => {
      expect(parseInline(value)).toEqual([text(value)]);
    },
  );

  it("keeps code as it is", () => {
    expect(parseInline("`*a* <b>` x")).toEqual([{ kind: "code", text: "*a* <b>" }, text(" x")]);
  });

  it("finds links and leaves the punctuation after them", () => {
    expect(parseInline("see https://example.org/a_(b)_c, or (http://x.example).")).toEqual([
      text("see "),
      { kind: "link", href: "https://example.org/a_(b)_c", text: "https://example.org/a_(b)_c" },
      text(", or ("),
      { kind: "link", href: "http://x.example/", text: "http://x.example" },
      text(")."),
    ]);
  });

  it("finds mentions as the server does", () => {
    expect(parseInline("@Bob, and @ann.lee.")).toEqual([
      { kind: "mention", name: "bob", text: "@Bob" },
      text(", and "),
      { kind: "mention", name: "ann.lee", text: "@ann.lee" },
      text("."),
    ]);
  });

  it("shows markup as text", () => {
    expect(parseInline("<img src=x onerror=alert(1)>")).toEqual([text("<img src=x onerror=alert(1)>")]);
  });
});

describe("links", () => {
  it.each(["javascript:alert(1)", "data:text/html,x", "https://user:pass@example.org/", "http://", "file:///etc/passwd", "vbscript:x"])(
    "refuses %s",
    (value) => {
      expect(safeLink(value)).toBeUndefined();
      expect(JSON.stringify(parse(value))).not.toContain('"link"');
    },
  );
});

describe("blocks", () => {
  it("splits paragraphs, quotes and code", () => {
    expect(parse("> one\n> two\nthree\n```ts\nlet *a* = 1;\n\n```\nend")).toEqual([
      { kind: "quote", lines: [[text("one")], [text("two")]] },
      { kind: "paragraph", lines: [[text("three")]] },
      { kind: "code", language: "ts", text: "let *a* = 1;\n" },
      { kind: "paragraph", lines: [[text("end")]] },
    ]);
  });

  it("leaves an open fence as text", () => {
    expect(parse("```js\nx")).toEqual([{ kind: "paragraph", lines: [[text("```js")], [text("x")]] }]);
  });

  it.each(["*", "_", "`", "~~", "**", "@", "http://", "(", "```\n", "> ", "*a ", "_a* "])(
    "reads %j a hundred times as long as a message may be: more than linear work would not end in the time of a test",
    (piece) => {
      const text = piece.repeat(819_200 / piece.length);
      expect(parse(text).length).toBeGreaterThan(0);
    },
  );
});

describe("plain text", () => {
  it("drops marks and line breaks", () => {
    expect(plain("*Hi* @bob\n```\ncode\n```\n> quoted")).toBe("Hi @bob code quoted");
  });
});

describe("emoji", () => {
  it.each([
    ["👍", true],
    ["❤️ 🎉", true],
    ["👨‍👩‍👧", true],
    ["🇩🇪", true],
    ["hi 👍", false],
    ["1", false],
    ["", false],
    [" ", false],
  ])("%s alone: %s", (value, alone) => {
    expect(isEmojiOnly(value)).toBe(alone);
  });
});
