import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ChatError } from "./errors.ts";
import { room, Scene, summary, text } from "./testing/scripted.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("Connecting", () => {
  it("says its token first, never in the address, and is online when it has caught up", async () => {
    const scene = new Scene();
    await scene.start();
    expect(scene.socket.url).toBe("ws://one:8080/ws");
    expect(await scene.greet()).toEqual({});
    expect(scene.socket.commands[0]).toEqual({ do: "auth", token: "t" });
    expect(scene.client.state.status).toBe("connecting");
    await scene.sync([summary(3)]);
    expect(scene.client.state).toMatchObject({ status: "online", node: "n1" });
    expect(scene.of("ready")[0]?.conversations).toHaveLength(1);
  });

  it("tries the next node after a failure, with a bound that doubles up to a maximum", async () => {
    const scene = new Scene();
    await scene.start();
    const waits: number[] = [];
    for (let i = 0; i < 9; i++) {
      scene.socket.drop();
      const { nextAttemptAt = 0 } = scene.client.state;
      waits.push(nextAttemptAt - Date.now());
      await scene.settle(nextAttemptAt - Date.now());
    }

    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
    expect(scene.sockets.map((socket) => new URL(socket.url).hostname).slice(0, 4)).toEqual(["one", "two", "one", "two"]);
  });

  it("spreads the waits at random from nothing up to the bound", async () => {
    const scene = new Scene({ random: () => 0.1 });
    await scene.start();
    scene.socket.drop();
    expect(scene.client.state.nextAttemptAt).toBe(Date.now() + 25);
  });

  it.each([3000, 3001, 3002, 1006, 1001, 4000])("comes back after close code %i", async (code) => {
    const scene = new Scene();
    await scene.online();
    scene.socket.drop(code);
    expect(scene.client.state).toMatchObject({ status: "reconnecting", closeCode: code });
    await scene.settle(250);
    expect(scene.sockets).toHaveLength(2);
  });

  it.each([[3500, "bad_token"], [3501, "banned"], [3502, "protocol_error"], [3503, "too_large"], [3504, "too_many_sessions"], [3999, "refused"]])(
    "stays away after close code %i",
    async (code, reason) => {
      const scene = new Scene();
      await scene.online();
      scene.socket.drop(code);
      await scene.settle(120_000);
      expect(scene.client.state).toMatchObject({ status: "closed", reason, closeCode: code });
      expect(scene.sockets).toHaveLength(1);
    });

  it("waits as long as a bye asks, besides its own wait", async () => {
    const scene = new Scene();
    await scene.online();
    scene.socket.frame({ ev: "bye", code: 3000, reconnect: true, after: 2000 });
    scene.socket.drop(3000);
    expect(scene.client.state).toMatchObject({ reason: "shutdown", nextAttemptAt: Date.now() + 2250 });
  });

  it("stays away after a bye that forbids to come back", async () => {
    const scene = new Scene();
    await scene.online();
    scene.socket.frame({ ev: "bye", code: 3500, reconnect: false });
    scene.socket.drop(1006);
    expect(scene.client.state).toMatchObject({ status: "closed", reason: "bad_token" });
  });

  it("begins with the shortest wait again after a connection that stood", async () => {
    const scene = new Scene();
    await scene.start();
    for (let i = 0; i < 5; i++) {
      scene.socket.drop();
      await scene.settle((scene.client.state.nextAttemptAt ?? 0) - Date.now());
    }

    await scene.greet();
    await scene.sync([]);
    await scene.settle(6000);
    scene.socket.drop();
    expect(scene.client.state.nextAttemptAt).toBe(Date.now() + 250);
  });

  it("gives up a connection attempt that gets no answer", async () => {
    const scene = new Scene();
    await scene.start();
    await scene.settle(10_250);
    expect(scene.sockets).toHaveLength(2);
    expect(scene.sockets[0]?.closed).toBe(true);
  });

  it("gives up a node that refuses to let it catch up", async () => {
    const scene = new Scene();
    await scene.start();
    await scene.greet();
    scene.socket.refuse(scene.socket.last("sync"), 5030, "unavailable", true);
    expect(scene.client.state.status).toBe("connecting");
    await scene.settle(250);
    expect(scene.sockets).toHaveLength(2);
  });

  it("ends when the token provider says that there is none, and tries again when it only failed", async () => {
    const token = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new Error("no network")).mockRejectedValueOnce(
      new ChatError({ code: 4010, name: "unauthenticated", message: "", retry: false }));
    const scene = new Scene({ token });
    await scene.start();
    expect(scene.client.state.status).toBe("connecting");
    await scene.settle(250);
    expect(scene.client.state).toMatchObject({ status: "closed", reason: "bad_token" });
  });

  it("refuses to mix up two people: a token of somebody else ends it", async () => {
    const scene = new Scene({ user: "carol" });
    await scene.start();
    scene.socket.open();
    scene.socket.frame({ ev: "hello", user: "alice", session: "s", node: "n", limits: { text: 1, frame: 1, inFlight: 1, page: 1, replay: 1 } });
    expect(scene.client.state.status).toBe("closed");
  });
});

describe("Silence", () => {
  it("is asked about with a ping; a node that answers stays", async () => {
    const scene = new Scene();
    await scene.online();
    await scene.settle(60_000);
    expect(scene.socket.all("ping")).toHaveLength(3);
    expect(scene.client.state.status).toBe("online");
  });

  it("ends the connection when no answer comes", async () => {
    const scene = new Scene();
    await scene.online();
    scene.socket.alive = false;
    await scene.settle(28_000);
    expect(scene.client.state).toMatchObject({ status: "reconnecting", reason: "silent" });
  });

  it("is asked about at once when the network changed", async () => {
    const scene = new Scene();
    await scene.online();
    scene.network.changed();
    expect(scene.socket.all("ping")).toHaveLength(1);
  });

  it("of a device without network is shown as offline, and ends the moment the network is back", async () => {
    const scene = new Scene();
    await scene.online();
    scene.network.online = false;
    scene.socket.drop();
    expect(scene.client.state.status).toBe("offline");
    scene.network.online = true;
    scene.network.changed();
    await scene.settle();
    expect(scene.sockets).toHaveLength(2);
  });
});

describe("Commands", () => {
  it("wait for a connection and get their answer", async () => {
    const scene = new Scene();
    const answer = scene.client.request("user", { name: "bob" });
    await scene.online();
    scene.socket.ok(scene.socket.last("user"), { name: "bob" });
    expect(await answer).toEqual({ name: "bob" });
  });

  it("fail with the server's error", async () => {
    const scene = new Scene();
    await scene.online();
    const answer = scene.client.request("history", { conversation: room });
    await scene.settle();
    scene.socket.refuse(scene.socket.last("history"), 4030, "not_member", false);
    await expect(answer).rejects.toMatchObject({ code: 4030, kind: "not_member", retry: false });
  });

  it("fail as unavailable when their connection ends, and when nobody answers", async () => {
    const scene = new Scene();
    await scene.online();
    const cut = scene.client.request("user", { name: "bob" });
    const cutFails = expect(cut).rejects.toMatchObject({ code: 5030, retry: true });
    await scene.settle();
    scene.socket.drop();
    await cutFails;
    const late = expect(scene.client.request("user", { name: "bob" })).rejects.toMatchObject({ code: 5030 });
    await scene.settle(30_000);
    await late;
  });

  it("that would be too large for a frame fail here instead of ending the connection", async () => {
    const scene = new Scene();
    await scene.online();
    await expect(scene.client.request("edit", { conversation: room, seq: 1, text: "x".repeat(70_000) })).rejects.toMatchObject({ code: 4001 });
    expect(scene.socket.all("edit")).toEqual([]);
  });

  it("fail at once when the client is closed", async () => {
    const scene = new Scene();
    await scene.online();
    scene.client.close();
    await expect(scene.client.request("ping", {})).rejects.toBeInstanceOf(ChatError);
    expect(scene.socket.closed).toBe(true);
  });

  it("that the server does not know of, and lines that are no JSON, disturb nothing", async () => {
    const scene = new Scene();
    await scene.online();
    scene.socket.onmessage?.({ data: "nonsense\n{\"ev\":\"later\",\"x\":1}\n[]\n{\"re\":99,\"ok\":{}}\n{\"ev\":\"message\"}" });
    scene.socket.entry(text(4));
    expect(scene.reported).toEqual([4]);
  });
});
