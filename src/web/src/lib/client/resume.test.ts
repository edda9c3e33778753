import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { room, Scene, summary, text } from "./testing/scripted.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("Resuming", () => {
  it("says how far each conversation was reported, and reports what was missed once and in order", async () => {
    const scene = new Scene();
    await scene.online(3);
    scene.socket.entry(text(4), text(5));
    scene.socket.drop();
    await scene.settle(250);
    expect(await scene.greet()).toEqual({ [room]: { epoch: "e1", seq: 5 } });
    await scene.sync([summary(7)], { [room]: true }, text(5), text(6), text(7));
    expect(scene.reported).toEqual([4, 5, 6, 7]);
  });

  it("goes on at the other node", async () => {
    const scene = new Scene();
    await scene.online(3);
    await scene.reconnect(4, true, text(4));
    expect(scene.socket.url).toBe("ws://two:8080/ws");
    expect(scene.reported).toEqual([4]);
    expect(scene.client.state).toMatchObject({ status: "online", node: "n2" });
  });

  it("starts a conversation over when it is too far behind", async () => {
    const scene = new Scene();
    await scene.online(3);
    await scene.reconnect(20_000, false);
    expect(scene.of("reset")).toEqual([{ conversation: room, epoch: "e1", seq: 20_000 }]);
    scene.socket.entry(text(20_001));
    expect(scene.reported).toEqual([20_001]);
  });

  it("starts over in another epoch, whatever the server says of the position", async () => {
    const scene = new Scene();
    await scene.online(3);
    scene.socket.drop();
    await scene.settle(250);
    await scene.greet();
    await scene.sync([summary(2, { epoch: "e2" })], { [room]: true });
    expect(scene.of("reset")).toEqual([{ conversation: room, epoch: "e2", seq: 2 }]);
    expect(scene.client.position(room)).toEqual({ epoch: "e2", seq: 2 });
    scene.socket.entry(text(3));
    expect(scene.reported).toEqual([3]);
  });

  it("starts over when a summary brings another epoch while online", async () => {
    const scene = new Scene();
    await scene.online(3);
    scene.socket.frame({ ev: "conversation", summary: summary(1, { epoch: "e2" }) });
    expect(scene.of("reset")).toHaveLength(1);
  });

  it("reports a conversation that the user is not in any more as removed", async () => {
    const scene = new Scene();
    await scene.online(3);
    scene.socket.drop();
    await scene.settle(250);
    await scene.greet();
    await scene.sync([], { [room]: false });
    expect(scene.of("conversation.removed")).toEqual([{ conversation: room }]);
    expect(scene.client.conversations()).toEqual([]);
    expect(scene.client.position(room)).toBeUndefined();
  });

  it("keeps its positions when the connection is lost while it catches up", async () => {
    const scene = new Scene();
    await scene.online(3);
    scene.socket.drop();
    await scene.settle(250);
    await scene.greet();
    scene.socket.drop();
    await scene.settle(1000);
    expect(await scene.greet()).toEqual({ [room]: { epoch: "e1", seq: 3 } });
  });

  it("keeps its positions when the connection is lost in the middle of a replay", async () => {
    const scene = new Scene();
    await scene.online(3);
    scene.socket.drop();
    await scene.settle(250);
    await scene.greet();
    await scene.sync([summary(9)], { [room]: true }, text(4), text(5));
    scene.socket.drop();
    await scene.settle(1000);
    expect(await scene.greet()).toEqual({ [room]: { epoch: "e1", seq: 5 } });
  });

  it("says only as many positions as fit into a frame, and starts the quietest conversations over", async () => {
    const scene = new Scene();
    await scene.start();
    await scene.greet();
    const many = Array.from({ length: 40 }, (_, i) =>
      summary(3, { conversation: `group:g${i}`, lastMessage: text(3, { conversation: `group:g${i}`, at: i }) }));
    await scene.sync(many);
    scene.socket.drop();
    await scene.settle(250);
    const positions = await scene.greet(1024);
    const said = Object.keys(positions);
    expect(said.length).toBeGreaterThan(5);
    expect(said.length).toBeLessThan(20);
    expect(said[0]).toBe("group:g39");
    await scene.sync(many.map((one) => ({ ...one, last: 4 })), Object.fromEntries(said.map((id) => [id, true])));
    expect(scene.of("reset")).toHaveLength(40 - said.length);
  });
});

describe("Entries", () => {
  it("that come twice are reported once", async () => {
    const scene = new Scene();
    await scene.online(3);
    scene.socket.entry(text(4), text(4), text(3), text(5), text(4));
    expect(scene.reported).toEqual([4, 5]);
  });

  it("that come too early wait for those before them", async () => {
    const scene = new Scene();
    await scene.online(3);
    scene.socket.entry(text(6), text(5));
    expect(scene.reported).toEqual([]);
    scene.socket.entry(text(4), text(7));
    expect(scene.reported).toEqual([4, 5, 6, 7]);
    await scene.settle(1000);
    expect(scene.socket.all("sync")).toHaveLength(1);
  });

  it("that are missing are asked for again, once", async () => {
    const scene = new Scene();
    await scene.online(3);
    scene.socket.entry(text(5), text(6));
    await scene.settle(100);
    scene.socket.entry(text(8));
    await scene.settle(100);
    expect(scene.socket.all("sync")).toHaveLength(2);
    expect(scene.socket.last("sync")["positions"]).toEqual({ [room]: { epoch: "e1", seq: 3 } });
    await scene.sync([summary(8)], { [room]: true }, text(4), text(5), text(6), text(7), text(8));
    expect(scene.reported).toEqual([4, 5, 6, 7, 8]);
    await scene.settle(15_000);
    expect(scene.client.state.status).toBe("online");
  });

  it("that stay missing cost the connection; the next one brings them", async () => {
    const scene = new Scene();
    await scene.online(3);
    scene.socket.entry(text(5));
    await scene.settle(100);
    await scene.sync([summary(5)], { [room]: true });
    await scene.settle(10_000);
    expect(scene.client.state.status).toBe("reconnecting");
    await scene.settle(250);
    expect(await scene.greet()).toEqual({ [room]: { epoch: "e1", seq: 3 } });
    await scene.sync([summary(5)], { [room]: true }, text(4), text(5));
    expect(scene.reported).toEqual([4, 5]);
  });

  it("in any order, with repeats, end up each once and in order", async () => {
    for (let seed = 1; seed <= 50; seed++) {
      const scene = new Scene();
      await scene.online(0);
      const arrivals = shuffled([...Array(30).keys(), ...Array(30).keys()], seed);
      arrivals.forEach((n) => scene.socket.entry(text(n + 1)));
      expect(scene.reported).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
      scene.client.close();
    }
  });

  it("of a new conversation may come before or after its summary", async () => {
    const scene = new Scene();
    await scene.start();
    await scene.greet();
    await scene.sync([]);
    const dm = { conversation: "dm:alice:bob", from: "bob" };
    scene.socket.entry(text(1, dm));
    scene.socket.frame({ ev: "conversation", summary: summary(1, { ...dm, kind: "direct", peer: "bob", unread: 1 }) });
    scene.socket.frame({ ev: "conversation", summary: summary(1) });
    scene.socket.entry(text(1));
    expect(scene.of("message").map(({ message }) => message.conversation)).toEqual(["dm:alice:bob", room]);
    expect(scene.client.position("dm:alice:bob")).toEqual({ epoch: "e1", seq: 1 });
  });
});

describe("The list", () => {
  it("counts what others write as unread, and nothing twice", async () => {
    const scene = new Scene();
    await scene.online(3);
    scene.socket.entry(text(4), text(4), text(5, { from: "alice" }), text(6), text(7, { kind: "reaction", data: { target: 6, emoji: "+", on: true } }));
    expect(scene.client.conversation(room)).toMatchObject({ last: 7, unread: 1, lastMessage: { seq: 6, reactions: { "+": ["bob"] } } });
    await scene.reconnect(7, true);
    expect(scene.client.conversation(room)?.unread).toBe(0);
  });

  it("reports a change once, however many entries a frame brings", async () => {
    const scene = new Scene();
    await scene.online(0);
    scene.socket.entry(...Array.from({ length: 100 }, (_, i) => text(i + 1)));
    await scene.settle();
    expect(scene.of("conversation").map((event) => [event.summary.last, event.summary.unread])).toEqual([[100, 100]]);
  });

  it("does not count what the summary has counted already", async () => {
    const scene = new Scene();
    await scene.online(3);
    scene.socket.drop();
    await scene.settle(250);
    await scene.greet();
    await scene.sync([summary(5, { unread: 2, read: 3 })], { [room]: true }, text(4), text(5));
    expect(scene.client.conversation(room)?.unread).toBe(2);
  });

  it("reads here at once, tells the server, and again over the next connection if it had no answer", async () => {
    const scene = new Scene();
    await scene.online(3);
    scene.socket.entry(text(4));
    scene.client.read(room, 4);
    expect(scene.client.conversation(room)?.unread).toBe(0);
    await scene.settle();
    expect(scene.socket.last("read")).toMatchObject({ conversation: room, seq: 4 });
    await scene.reconnect(4);
    await scene.settle(500);
    expect(scene.socket.last("read")).toMatchObject({ conversation: room, seq: 4 });
  });

  it("says nothing of what a page of history shows before its event has come, and reads it then", async () => {
    const scene = new Scene();
    await scene.online(3);
    scene.client.read(room, 3);
    const told = scene.of("conversation").length;
    scene.client.read(room, 4);
    expect(scene.of("conversation")).toHaveLength(told);
    scene.socket.entry(text(4));
    scene.client.read(room, 4);
    expect(scene.client.conversation(room)).toMatchObject({ unread: 0, read: 4 });
  });

  it("follows what is read on another device", async () => {
    const scene = new Scene();
    await scene.online(3);
    scene.socket.entry(text(4));
    scene.socket.frame({ ev: "receipt", conversation: room, user: "alice", read: 4, delivered: 4 });
    expect(scene.client.conversation(room)).toMatchObject({ unread: 0, read: 4 });
  });

  it("tells others that their messages have arrived, gathered", async () => {
    const scene = new Scene();
    await scene.online(3);
    scene.socket.entry(text(4), text(5), text(6, { from: "alice" }));
    await scene.settle(500);
    expect(scene.socket.all("delivered").map((command) => command["seq"])).toEqual([5]);
  });

  it("keeps what comes while a page is loaded, so that nothing is missing between", async () => {
    const scene = new Scene();
    await scene.online(3);
    scene.socket.entry(text(4));
    expect(scene.client.cached(room)).toBeUndefined();
    const asked = scene.client.history(room);
    await scene.settle();
    scene.socket.entry(text(5), text(6));
    scene.socket.ok(scene.socket.last("history"), { epoch: "e1", last: 5, messages: [text(4), text(5)], from: 4, to: 5, more: true });
    await asked;
    expect(scene.client.cached(room)?.messages.map(({ seq }) => seq)).toEqual([4, 5, 6]);
  });

  it("keeps the newest messages only", async () => {
    const scene = new Scene();
    await scene.online(0);
    const asked = scene.client.history(room);
    await scene.settle();
    scene.socket.ok(scene.socket.last("history"), { epoch: "e1", last: 0, messages: [], from: 1, to: 0, more: false });
    await asked;
    for (let seq = 1; seq <= 1000; seq++) {
      scene.socket.entry(text(seq));
    }

    await scene.settle(1000);
    expect(scene.client.cached(room)?.messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 60 }, (_, i) => 941 + i));
    expect((await scene.storage.conversations())[0]).toMatchObject({ seq: 1000, from: 941, to: 1000, more: true });
  });

  it("knows how far others have come, and learns after a reconnect what it missed", async () => {
    const scene = new Scene();
    await scene.online(3);
    const asked = scene.client.watermarks(room);
    await scene.settle();
    scene.socket.ok(scene.socket.last("receipts"), { items: [{ user: "bob", read: 1, delivered: 2 }] });
    expect(await asked).toEqual([{ user: "bob", read: 1, delivered: 2 }]);
    scene.socket.frame({ ev: "receipt", conversation: room, user: "bob", read: 2, delivered: 2 });
    await scene.reconnect(3);
    await scene.settle();
    scene.socket.ok(scene.socket.last("receipts"), { items: [{ user: "bob", read: 3, delivered: 3 }] });
    await scene.settle();
    expect(await scene.client.watermarks(room)).toEqual([{ user: "bob", read: 3, delivered: 3 }]);
    expect(scene.of("receipt").map(({ read }) => read)).toEqual([1, 2, 3]);
  });
});

function shuffled(numbers: number[], seed: number): number[] {
  let state = seed;
  for (let i = numbers.length - 1; i > 0; i--) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    const j = state % (i + 1);
    [numbers[i], numbers[j]] = [numbers[j] ?? 0, numbers[i] ?? 0];
  }

  return numbers;
}
