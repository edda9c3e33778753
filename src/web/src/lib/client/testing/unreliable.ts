import type { Network, SocketLike } from "../platform.ts";
import type { Message, Position } from "../types.ts";
import { room, summary } from "./scripted.ts";

/** Numbers from 0 to 1 that a seed repeats. */
export function chance(seed: number): () => number {
  let state = seed * 2_654_435_761 % 4_294_967_296;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

/** A cluster of one conversation that keeps its promises, behind a network that keeps none. */
export class UnreliableCluster {
  readonly log: Message[] = [];
  /** Whether faults happen. */
  faulty = true;
  readonly #numbers = new Map<string, number>();
  readonly #ends = new Set<End>();
  readonly random: () => number;

  constructor(random: () => number) {
    this.random = random;
  }

  readonly network: Network = { online: true, watch: () => () => undefined };

  happens(probability: number): boolean {
    return this.faulty && this.random() < probability;
  }

  connect = (): SocketLike => {
    const end = new End(this);
    this.#ends.add(end);
    return end;
  };

  /** Appends once for each client id, as the server does. */
  append(from: string, text: string, clientId: string): { seq: number; duplicate: boolean } {
    const known = this.#numbers.get(clientId);
    if (known !== undefined) {
      return { seq: known, duplicate: true };
    }

    const seq = this.log.length + 1;
    const entry: Message = { conversation: room, seq, from, at: seq, kind: "text", clientId, text };
    this.log.push(entry);
    this.#numbers.set(clientId, seq);
    this.#ends.forEach((end) => end.announce(entry));
    return { seq, duplicate: false };
  }

  cut(): void {
    [...this.#ends].forEach((end) => end.cut());
  }

  forget(end: End): void {
    this.#ends.delete(end);
  }
}

class End implements SocketLike {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly #cluster: UnreliableCluster;
  readonly #late: object[] = [];
  #synced = false;
  #gone = false;

  constructor(cluster: UnreliableCluster) {
    this.#cluster = cluster;
    setTimeout(() => (cluster.happens(0.2) ? this.cut() : this.onopen?.()), 5);
  }

  send(data: string): void {
    const command = JSON.parse(data) as Record<string, unknown> & { do: string; id?: number };
    if (this.#cluster.happens(0.05)) {
      // It never arrives, and neither does anything behind it.
      this.cut();
      return;
    }

    setTimeout(() => this.#carryOut(command), 1 + Math.floor(this.#cluster.random() * 20));
  }

  close(): void {
    this.#gone = true;
    this.#cluster.forget(this);
  }

  cut(): void {
    if (!this.#gone) {
      this.close();
      setTimeout(() => this.onclose?.({ code: 1006, reason: "" }), 1);
    }
  }

  announce(entry: Message): void {
    if (!this.#synced) {
      return;
    }

    const event = { ev: "message", message: entry };
    if (this.#cluster.happens(0.1)) {
      // Lost.
    } else if (this.#cluster.happens(0.15)) {
      this.#late.push(event);
    } else {
      this.#frame(...(this.#cluster.happens(0.15) ? [event, event] : [event]), ...this.#late.splice(0));
    }
  }

  #carryOut(command: Record<string, unknown> & { do: string; id?: number }): void {
    if (this.#gone) {
      return;
    }

    const reply = (ok: object): object => ({ re: command.id, ok });
    switch (command.do) {
      case "auth":
        this.#frame({
          ev: "hello", user: "alice", session: "s", node: "n", limits: { text: 8192, frame: 65_536, inFlight: 128, page: 200, replay: 10_000 },
        });
        break;
      case "sync": {
        const { log } = this.#cluster;
        const at = (command["positions"] as Record<string, Position>)[room];
        this.#synced = true;
        this.#frame(
          reply({ conversations: [summary(log.length)], recovered: at === undefined ? {} : { [room]: true } }),
          ...log.slice(at?.seq ?? log.length).map((message) => ({ ev: "message", message })));
        break;
      }
      case "send": {
        if (this.#cluster.happens(0.1)) {
          this.#frame({ re: command.id, error: { code: 5030, name: "unavailable", message: "", retry: true } });
          break;
        }

        const done = this.#cluster.append("alice", String(command["text"]), String(command["clientId"]));
        if (this.#cluster.happens(0.2)) {
          this.cut();
        } else {
          this.#frame(reply({ conversation: room, epoch: "e1", at: 1, ...done }));
        }

        break;
      }
      default:
        this.#frame(reply({}));
    }
  }

  #frame(...objects: object[]): void {
    if (!this.#gone) {
      this.onmessage?.({ data: objects.map((object) => JSON.stringify(object)).join("\n") });
    }
  }
}
