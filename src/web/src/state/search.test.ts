import { ChatError } from "$lib/client/index.ts";
import { describe, expect, it } from "vitest";
import { type DirectoryPage, Search } from "./search.svelte";

function directory() {
  const asked: { prefix: string; after?: string; answer: (page: DirectoryPage<string>) => void; fail: (error: ChatError) => void }[] = [];
  const search = new Search<string>(({ prefix, after }) => new Promise((answer, fail) => asked.push({ prefix, after, answer, fail })));
  return { search, asked };
}

describe("a search in a directory", () => {
  it("shows the answer to what is wanted now, also when an earlier one comes later", async () => {
    const { search, asked } = directory();
    const first = search.load("a");
    const second = search.load("al");
    asked[1]!.answer({ items: ["alice"] });
    asked[0]!.answer({ items: ["adam", "alice"], next: "alice" });
    await Promise.all([first, second]);

    expect(search.items).toEqual(["alice"]);
    expect(search.next).toBeUndefined();
  });

  it("adds a further page to what is there", async () => {
    const { search, asked } = directory();
    const first = search.load("");
    asked[0]!.answer({ items: ["adam"], next: "adam" });
    await first;
    const second = search.load("", search.next!);
    asked[1]!.answer({ items: ["bert"], next: null });
    await second;

    expect(asked[1]!.after).toBe("adam");
    expect(search.items).toEqual(["adam", "bert"]);
  });

  it("says what went wrong until it goes right, and keeps what was found", async () => {
    const { search, asked } = directory();
    const first = search.load("");
    asked[0]!.answer({ items: ["adam"] });
    await first;
    const second = search.load("b");
    asked[1]!.fail(ChatError.unavailable("no"));
    await second;

    expect(search.problem).not.toBe("");
    expect(search.items).toEqual(["adam"]);

    const third = search.load("b");
    asked[2]!.answer({ items: ["bert"] });
    await third;

    expect(search.problem).toBe("");
    expect(search.items).toEqual(["bert"]);
  });

  it("does not complain about an earlier search that fails late", async () => {
    const { search, asked } = directory();
    const first = search.load("a");
    const second = search.load("b");
    asked[1]!.answer({ items: ["bert"] });
    asked[0]!.fail(ChatError.unavailable("no"));
    await Promise.all([first, second]);

    expect(search.problem).toBe("");
  });
});
