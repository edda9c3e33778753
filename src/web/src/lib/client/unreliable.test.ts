import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MemoryStorage } from "./storage.ts";
import { room, Scene } from "./testing/scripted.ts";
import { chance, UnreliableCluster } from "./testing/unreliable.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("Over a network that loses, repeats, delays and cuts", () => {
  it.each(Array.from({ length: 60 }, (_, i) => i + 1))("everything is there once and in order (schedule %i)", async (seed) => {
    const cluster = new UnreliableCluster(chance(seed));
    const storage = new MemoryStorage();
    const open = (): Scene => new Scene({ storage, socket: cluster.connect, network: cluster.network, random: cluster.random });
    let scene = open();
    await scene.start();
    await scene.settle(5000);
    const first = scene.client.position(room)?.seq ?? cluster.log.length;
    const reported: number[] = [];
    const written: string[] = [];
    for (let step = 0; step < 120; step++) {
      const what = cluster.random();
      if (what < 0.35) {
        written.push(`own ${step}`);
        scene.client.send({ conversation: room, text: `own ${step}` });
      } else if (what < 0.8) {
        cluster.append("bob", `bob ${step}`, `b${step}`);
      } else if (what < 0.86) {
        cluster.cut();
      } else if (what < 0.88) {
        // The page is loaded again: another client goes on from what this one stored.
        await scene.settle(400);
        reported.push(...scene.reported);
        scene.client.close();
        scene = open();
        await scene.start();
      }

      await scene.settle(Math.floor(cluster.random() * 300));
    }

    cluster.faulty = false;
    await scene.settle(120_000);
    // An announcement that was lost last is noticed by the next one.
    cluster.append("bob", "the last one", "last");
    await scene.settle(30_000);
    reported.push(...scene.reported);

    expect(scene.client.pending()).toEqual([]);
    expect(cluster.log.filter(({ from }) => from === "alice").map(({ text }) => text)).toEqual(written);
    expect(reported).toEqual(cluster.log.map(({ seq }) => seq).filter((seq) => seq > first));
    expect(await storage.outbox()).toEqual([]);
    scene.client.close();
  });
});
