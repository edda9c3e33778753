import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MemoryStorage } from "./storage.ts";
import { room, Scene, summary, text } from "./testing/scripted.ts";
import type { Command } from "./testing/scripted.ts";
import { FakeLocks } from "./testing/locks.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const ack = (scene: Scene, command: Command, seq: number, duplicate = false): void =>
  scene.socket.ok(command, { conversation: command["conversation"], epoch: "e1", seq, at: 1, duplicate });

const echo = (seq: number, clientId: string): ReturnType<typeof text> => text(seq, { from: "alice", clientId });

describe("A message", () => {
  it("is pending, then sent, then stands in the conversation under its client id", async () => {
    const scene = new Scene();
    await scene.online(3);
    const { clientId } = scene.client.send({ conversation: room, text: "hi" });
    await scene.settle();
    const command = scene.socket.last("send");
    expect(command).toMatchObject({ conversation: room, text: "hi", clientId });
    expect(command).not.toHaveProperty("after");
    ack(scene, command, 4);
    expect(scene.client.pending(room)).toMatchObject([{ state: "sent", seq: 4 }]);
    scene.socket.entry(echo(4, clientId));
    expect(scene.client.pending()).toEqual([]);
    expect(scene.outbox()).toEqual(["pending", "sent", "delivered"]);
    expect(await scene.storage.outbox()).toEqual([]);
    const list = scene.events.map(({ name }) => name);
    expect(list.lastIndexOf("outbox")).toBeLessThan(list.indexOf("message"));
  });

  it("is settled by its entry when that comes before the acknowledgement, or instead of it", async () => {
    const scene = new Scene();
    await scene.online(3);
    const { clientId } = scene.client.send({ conversation: room, text: "hi" });
    await scene.settle();
    scene.socket.entry(echo(4, clientId));
    ack(scene, scene.socket.last("send"), 4);
    await scene.reconnect(4);
    expect(scene.outbox()).toEqual(["pending", "delivered"]);
    expect(scene.socket.all("send")).toEqual([]);
  });

  it("that was written offline goes out when there is a connection, first time without after", async () => {
    const scene = new Scene();
    scene.client.send({ conversation: room, text: "early" });
    await scene.online(3);
    await scene.settle();
    expect(scene.socket.last("send")).toMatchObject({ text: "early" });
    expect(scene.socket.last("send")).not.toHaveProperty("after");
  });

  it("without an answer goes out again under the same id, and says what was known when it first went", async () => {
    const scene = new Scene();
    await scene.online(3);
    const { clientId } = scene.client.send({ conversation: room, text: "hi" });
    await scene.settle();
    await scene.reconnect(6, true, text(4), text(5), text(6));
    await scene.settle();
    expect(scene.socket.all("send")).toHaveLength(1);
    expect(scene.socket.last("send")).toMatchObject({ clientId, after: 3 });
    ack(scene, scene.socket.last("send"), 5, true);
    expect(scene.client.pending()).toEqual([]);
  });

  it("whose entry comes with the replay does not go out again", async () => {
    const scene = new Scene();
    await scene.online(3);
    const { clientId } = scene.client.send({ conversation: room, text: "hi" });
    await scene.settle();
    scene.socket.drop();
    await scene.settle(250);
    await scene.greet();
    scene.socket.frame(
      { re: scene.socket.last("sync").id, ok: { conversations: [summary(4)], recovered: { [room]: true } } },
      { ev: "message", message: echo(4, clientId) });
    await scene.settle();
    // It may have gone out before the entry was read, under the same id; it stands there once.
    expect(scene.reported).toEqual([4]);
    expect(scene.client.pending()).toEqual([]);
  });

  it("is sent one at a time in a conversation, in the order of writing", async () => {
    const scene = new Scene();
    await scene.online(3);
    ["a", "b", "c"].forEach((word) => scene.client.send({ conversation: room, text: word }));
    scene.client.send({ conversation: "dm:alice:bob", text: "aside" });
    await scene.settle();
    expect(scene.socket.all("send").map((command) => command["text"])).toEqual(["a", "aside"]);
    ack(scene, scene.socket.all("send")[0]!, 4);
    await scene.settle();
    expect(scene.socket.all("send").map((command) => command["text"])).toEqual(["a", "aside", "b"]);
  });

  it.each([[4290, "rate_limited"], [5030, "unavailable"], [5000, "internal"]])("refused for now (%i) goes out again after a wait", async (code, name) => {
    const scene = new Scene();
    await scene.online(3);
    scene.client.send({ conversation: room, text: "a" });
    scene.client.send({ conversation: room, text: "b" });
    await scene.settle();
    scene.socket.refuse(scene.socket.last("send"), code, name, true);
    await scene.settle(249);
    expect(scene.socket.all("send")).toHaveLength(1);
    await scene.settle(1);
    expect(scene.socket.all("send")).toHaveLength(2);
    expect(scene.socket.last("send")).toMatchObject({ text: "a", after: 3 });
  });

  it("that the server fails on again and again is given up", async () => {
    const scene = new Scene();
    await scene.online(3);
    scene.client.send({ conversation: room, text: "a" });
    for (let i = 0; i < 8; i++) {
      await scene.settle(15_000);
      scene.socket.refuse(scene.socket.last("send"), 5000, "internal", true);
    }

    expect(scene.client.pending()).toMatchObject([{ state: "failed", error: { code: 5000 } }]);
  });

  it.each([[4033, "muted"], [4032, "blocked"], [4030, "not_member"], [4001, "too_large"]])(
    "refused for good (%i) fails, is kept, and can be sent again under its id", async (code, name) => {
      const scene = new Scene();
      await scene.online(3);
      const { clientId } = scene.client.send({ conversation: room, text: "a" });
      scene.client.send({ conversation: room, text: "b" });
      await scene.settle();
      scene.socket.refuse(scene.socket.last("send"), code, name, false);
      await scene.settle();
      expect(scene.client.pending()[0]).toMatchObject({ state: "failed", error: { code, name } });
      expect((await scene.storage.outbox())[0]).toMatchObject({ state: "failed" });
      ack(scene, scene.socket.last("send"), 4);
      scene.client.retry(clientId);
      await scene.settle();
      expect(scene.socket.last("send")).toMatchObject({ clientId, text: "a" });
    });

  it.each([[4091, "conflict"], [4092, "expired"]])("refused for its id (%i) fails, and becomes another message when sent again", async (code, name) => {
    const scene = new Scene();
    await scene.online(3);
    const { clientId } = scene.client.send({ conversation: room, text: "a" });
    await scene.settle();
    scene.socket.refuse(scene.socket.last("send"), code, name, false);
    expect(scene.client.pending()).toMatchObject([{ state: "failed", error: { code } }]);
    scene.client.retry(clientId);
    await scene.settle();
    expect(scene.socket.last("send")).toMatchObject({ text: "a" });
    expect(scene.socket.last("send")["clientId"]).not.toBe(clientId);
    expect(scene.socket.last("send")).not.toHaveProperty("after");
    expect(scene.client.pending()).toHaveLength(1);
  });

  it("is not lost to a token that ended: it stays pending and stored", async () => {
    const scene = new Scene();
    await scene.online(3);
    scene.client.send({ conversation: room, text: "a" });
    await scene.settle();
    scene.socket.refuse(scene.socket.last("send"), 4010, "unauthenticated", false);
    scene.socket.drop(3500);
    await scene.settle();
    expect(scene.client.pending()).toMatchObject([{ state: "pending" }]);
    expect(await scene.storage.outbox()).toHaveLength(1);
  });

  it("that would be too large for a frame fails here instead of ending the connection", async () => {
    const scene = new Scene();
    await scene.online(3);
    scene.client.send({ conversation: room, text: "x".repeat(70_000) });
    await scene.settle();
    expect(scene.socket.all("send")).toEqual([]);
    expect(scene.client.pending()).toMatchObject([{ state: "failed", error: { code: 4001 } }]);
  });

  it("that is discarded is not sent", async () => {
    const scene = new Scene();
    const { clientId } = scene.client.send({ conversation: room, text: "a" });
    scene.client.discard(clientId);
    await scene.online(3);
    await scene.settle();
    expect(scene.socket.all("send")).toEqual([]);
    expect(await scene.storage.outbox()).toEqual([]);
  });

  it("ends a connection that stands but never answers it", async () => {
    const scene = new Scene();
    await scene.online(3);
    scene.client.send({ conversation: room, text: "a" });
    await scene.settle(30_000);
    expect(scene.client.state.status).toBe("reconnecting");
  });

  it("survives storage that fails: the program is told once", async () => {
    const storage = new MemoryStorage();
    storage.putPending = () => Promise.reject(new Error("quota"));
    const scene = new Scene({ storage });
    await scene.online(3);
    scene.client.send({ conversation: room, text: "a" });
    scene.client.send({ conversation: room, text: "b" });
    await scene.settle();
    expect(scene.socket.last("send")).toMatchObject({ text: "a" });
    expect(scene.of("storage")).toHaveLength(1);
  });
});

describe("Of two tabs", () => {
  it("each sends its own; what a closed one leaves is sent by the other", async () => {
    const storage = new MemoryStorage();
    const locks = new FakeLocks();
    vi.stubGlobal("navigator", { locks, onLine: true });
    const [first, second] = [new Scene({ storage }), new Scene({ storage })];
    await first.online(3);
    await second.online(3);
    const { clientId } = first.client.send({ conversation: room, text: "mine" });
    await second.settle(60_000);
    expect(second.socket.all("send")).toEqual([]);
    first.client.close();
    await second.settle(15_000);
    expect(second.socket.all("send")).toMatchObject([{ clientId, text: "mine", after: 3 }]);
    ack(second, second.socket.last("send"), 4, true);
    await second.settle();
    expect(await storage.outbox()).toEqual([]);
    vi.unstubAllGlobals();
  });
});

describe("A reload", () => {
  it("sends what was left, in order, under the same ids", async () => {
    const storage = new MemoryStorage();
    const before = new Scene({ storage });
    await before.online(3);
    const a = before.client.send({ conversation: room, text: "a" });
    const b = before.client.send({ conversation: room, text: "b" });
    await before.settle();
    before.socket.onmessage = null;
    before.client.close();

    const scene = new Scene({ storage });
    await scene.start();
    expect(scene.client.pending(room).map(({ text: said }) => said)).toEqual(["a", "b"]);
    await scene.greet();
    await scene.sync([summary(3)], { [room]: true });
    expect(scene.socket.last("send")).toMatchObject({ clientId: a.clientId, after: 3 });
    ack(scene, scene.socket.last("send"), 4, true);
    await scene.settle();
    expect(scene.socket.last("send")).toMatchObject({ clientId: b.clientId });
    expect(scene.socket.last("send")).not.toHaveProperty("after");
  });

  it("paints the list and the newest messages before there is a connection, and resumes from there", async () => {
    const storage = new MemoryStorage();
    const before = new Scene({ storage });
    await before.online(3);
    const asked = before.client.history(room);
    await before.settle();
    before.socket.ok(before.socket.last("history"), { epoch: "e1", last: 3, messages: [text(1), text(2), text(3)], from: 1, to: 3, more: false });
    await asked;
    before.socket.entry(text(4), text(5, { kind: "edit", text: "better", data: { target: 4 } }));
    await before.settle(1000);
    before.client.close();

    const scene = new Scene({ storage });
    await scene.start();
    expect(scene.of("restored")[0]?.conversations).toMatchObject([{ conversation: room, last: 5, unread: 1 }]);
    expect(scene.client.cached(room)?.messages.map((message) => message.text)).toEqual(["text 1", "text 2", "text 3", "better"]);
    expect(await scene.greet()).toEqual({ [room]: { epoch: "e1", seq: 5 } });
    await scene.sync([summary(6)], { [room]: true }, text(6));
    expect(scene.reported).toEqual([6]);
    expect(scene.client.cached(room)?.messages.at(-1)?.seq).toBe(6);
  });

  it("after a long time shows the list, but loads messages anew", async () => {
    const storage = new MemoryStorage();
    const before = new Scene({ storage });
    await before.online(3);
    before.socket.entry(text(4));
    await before.settle(1000);
    before.client.close();
    await vi.advanceTimersByTimeAsync(7 * 3_600_000);

    const scene = new Scene({ storage });
    await scene.start();
    expect(scene.client.conversations()).toHaveLength(1);
    expect(await scene.greet()).toEqual({});
  });

  it("forgets the messages of a conversation that started over", async () => {
    const storage = new MemoryStorage();
    const before = new Scene({ storage });
    await before.online(3);
    void before.client.history(room).catch(() => undefined);
    await before.settle();
    before.socket.ok(before.socket.last("history"), { epoch: "e1", last: 3, messages: [text(3)], from: 3, to: 3, more: true });
    await before.settle();
    await before.reconnect(9, false);
    await before.settle(1000);
    expect((await storage.conversations())[0]).toMatchObject({ seq: 9, messages: [] });
  });

  it("after signing out finds nothing", async () => {
    const storage = new MemoryStorage();
    const before = new Scene({ storage });
    await before.online(3);
    before.client.send({ conversation: room, text: "a" });
    before.socket.entry(text(4));
    await before.settle(1000);
    await before.client.signOut();
    await before.settle(1000);
    expect(await storage.conversations()).toEqual([]);
    expect(await storage.outbox()).toEqual([]);
  });

  it("of a guest who just signed in finds nothing of the one before under this name", async () => {
    const storage = new MemoryStorage();
    const before = new Scene({ storage });
    await before.online(3);
    before.client.send({ conversation: room, text: "a" });
    await before.settle(1000);
    before.client.close();
    const scene = new Scene({ storage, fresh: true });
    await scene.start();
    expect(scene.client.conversations()).toEqual([]);
    expect(scene.client.pending()).toEqual([]);
  });
});
