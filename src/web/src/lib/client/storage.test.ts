import { IDBFactory } from "fake-indexeddb";
import { describe, expect, it } from "vitest";
import { IndexedDbStorage } from "./indexeddb.ts";
import { LockOwners } from "./owners.ts";
import { MemoryStorage } from "./storage.ts";
import type { ChatStorage, StoredConversation, StoredPending } from "./storage.ts";
import { FakeLocks } from "./testing/locks.ts";
import { room, summary, text } from "./testing/scripted.ts";

const factory = new IDBFactory();
const kinds: [string, (user: string) => ChatStorage][] = [
  ["The browser's database", (user) => new IndexedDbStorage(user, factory)],
  ["Memory", () => new MemoryStorage()],
];

const pending = (clientId: string, order: number): StoredPending => ({
  clientId, order, conversation: room, text: clientId, createdAt: 1, state: "pending", owner: "tab",
});

const conversation = (seq: number): StoredConversation => ({
  conversation: room, summary: summary(seq), epoch: "e1", seq, savedAt: 1, from: seq, to: seq, more: true, messages: [text(seq)],
});

describe.each(kinds)("%s", (_, open) => {
  it("gives back the outbox in order, each message in its last state", async () => {
    const storage = open("order");
    await storage.putPending(pending("b", 2));
    await storage.putPending(pending("a", 1));
    await storage.putPending({ ...pending("b", 2), after: 7 });
    expect(await storage.outbox()).toEqual([pending("a", 1), { ...pending("b", 2), after: 7 }]);
    await storage.removePending("a");
    expect((await storage.outbox()).map(({ clientId }) => clientId)).toEqual(["b"]);
  });

  it("gives back conversations as they were put last", async () => {
    const storage = open("conversations");
    await storage.putConversations([conversation(3)]);
    await storage.putConversations([conversation(4)]);
    expect(await storage.conversations()).toEqual([conversation(4)]);
    await storage.removeConversations([room, "group:unknown"]);
    expect(await storage.conversations()).toEqual([]);
  });

  it("forgets everything when it is cleared", async () => {
    const storage = open("clear");
    await storage.putPending(pending("a", 1));
    await storage.putConversations([conversation(3)]);
    await storage.clear();
    expect([await storage.outbox(), await storage.conversations()]).toEqual([[], []]);
  });
});

describe("The browser's database", () => {
  it("outlives the page, and keeps people apart", async () => {
    const before = new IndexedDbStorage("alice", factory);
    await before.putPending(pending("a", 1));
    before.close();
    expect(await new IndexedDbStorage("alice", factory).outbox()).toHaveLength(1);
    expect(await new IndexedDbStorage("bob", factory).outbox()).toHaveLength(0);
  });

  it("can be used again after it was closed", async () => {
    const storage = new IndexedDbStorage("again", factory);
    await storage.putPending(pending("a", 1));
    storage.close();
    expect(await storage.outbox()).toHaveLength(1);
  });
});

describe("Owners by locks", () => {
  it("are gone when they leave, not before", async () => {
    const locks = new FakeLocks();
    const [mine, other] = [new LockOwners("alice", locks as unknown as LockManager), new LockOwners("alice", locks as unknown as LockManager)];
    other.enter("other");
    let gone = false;
    mine.whenGone("other", () => {
      gone = true;
      return Promise.resolve();
    });
    await locks.idle();
    expect(gone).toBe(false);
    other.leave();
    await locks.idle();
    expect(gone).toBe(true);
  });
});
