import { vi } from "vitest";
import { ChatClient } from "../client.ts";
import type { ClientEvents, EventName } from "../events.ts";
import type { ChatClientOptions } from "../options.ts";
import type { Network, SocketLike } from "../platform.ts";
import { MemoryStorage } from "../storage.ts";
import type { ChatStorage } from "../storage.ts";
import type { Message, Position, Summary } from "../types.ts";

export type Command = Record<string, unknown> & { do: string; id?: number };

/** A socket whose other end is the test. */
export class ScriptedSocket implements SocketLike {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly commands: Command[] = [];
  readonly url: string;
  closed = false;
  /** Answers pings as a living node does. */
  alive = true;

  constructor(url: string) {
    this.url = url;
  }

  send(data: string): void {
    const command = JSON.parse(data) as Command;
    if (command.do === "ping" && this.alive) {
      queueMicrotask(() => this.ok(command, {}));
    }

    this.commands.push(command);
  }

  close(): void {
    this.closed = true;
  }

  open(): void {
    this.onopen?.();
  }

  frame(...objects: object[]): void {
    this.onmessage?.({ data: objects.map((object) => JSON.stringify(object)).join("\n") });
  }

  ok(command: Command, ok: object): void {
    this.frame({ re: command.id, ok });
  }

  refuse(command: Command, code: number, name: string, retry: boolean): void {
    this.frame({ re: command.id, error: { code, name, message: name, retry } });
  }

  entry(...messages: Message[]): void {
    this.frame(...messages.map((message) => ({ ev: "message", message })));
  }

  drop(code = 1006): void {
    this.onclose?.({ code, reason: "" });
  }

  all(name: string): Command[] {
    return this.commands.filter((command) => command.do === name);
  }

  last(name: string): Command {
    const found = this.all(name).at(-1);
    if (found === undefined) {
      throw new Error(`No ${name} was sent, only ${this.commands.map((command) => command.do).join(", ")}.`);
    }

    return found;
  }
}

export const room = "group:room";

export const text = (seq: number, more: Partial<Message> = {}): Message => ({
  conversation: room, seq, from: "bob", at: 1_000 + seq, kind: "text", text: `text ${seq}`, ...more,
});

export const summary = (last: number, more: Partial<Summary> = {}): Summary => ({
  conversation: room, kind: "group", title: "Room", epoch: "e1", last, read: last, delivered: last, unread: 0, members: 2, role: "member",
  muted: 0, pinned: [], ...more,
});

/** A client of alice whose nodes, clock, chance and network are the test's. */
export class Scene {
  readonly sockets: ScriptedSocket[] = [];
  readonly events: { name: EventName; event: unknown }[] = [];
  readonly client: ChatClient;
  readonly storage: ChatStorage;
  network = { online: true, changed: (): void => undefined };

  constructor(options: Partial<ChatClientOptions> = {}) {
    this.storage = options.storage ?? new MemoryStorage();
    const network = this.network;
    const watched: Network = {
      get online() {
        return network.online;
      },
      watch(changed) {
        network.changed = changed;
        return () => undefined;
      },
    };
    this.client = new ChatClient({
      urls: ["http://one:8080", "http://two:8080"],
      user: "alice",
      token: "t",
      random: () => 1,
      network: watched,
      socket: (url) => {
        const socket = new ScriptedSocket(url);
        this.sockets.push(socket);
        return socket;
      },
      ...options,
      storage: this.storage,
    });
    const names: EventName[] = [
      "state", "ready", "restored", "message", "reset", "conversation", "conversation.removed", "outbox", "receipt", "presence", "typing", "storage",
    ];
    names.forEach((name) => this.client.on(name, (event) => this.events.push({ name, event: structuredClone(event) })));
  }

  /** The newest socket. */
  get socket(): ScriptedSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) {
      throw new Error("There was no attempt to connect.");
    }

    return socket;
  }

  /** Numbers of the entries that were reported. */
  get reported(): number[] {
    return this.of("message").map(({ message }) => message.seq);
  }

  of<K extends EventName>(name: K): ClientEvents[K][] {
    return this.events.filter((one) => one.name === name).map((one) => one.event as ClientEvents[K]);
  }

  outbox(): string[] {
    return this.of("outbox").map(({ pending }) => pending.state);
  }

  async start(): Promise<void> {
    this.client.connect();
    await this.settle();
  }

  /** Lets everything run that is due now. */
  async settle(milliseconds = 0): Promise<void> {
    await vi.advanceTimersByTimeAsync(milliseconds);
  }

  /** Opens the newest socket and greets; the client says its positions. */
  async greet(frame = 65_536): Promise<Record<string, Position>> {
    this.socket.open();
    this.socket.frame({
      ev: "hello", user: "alice", session: "s", node: `n${this.sockets.length}`,
      limits: { text: 8192, frame, inFlight: 128, page: 200, replay: 10_000 },
    });
    await this.settle();
    return this.socket.last("sync")["positions"] as Record<string, Position>;
  }

  async sync(conversations: Summary[], recovered: Record<string, boolean> = {}, ...replay: Message[]): Promise<void> {
    const entries = replay.map((message) => ({ ev: "message", message }));
    this.socket.frame({ re: this.socket.last("sync").id, ok: { conversations, recovered } }, ...entries);
    await this.settle();
  }

  /** Connects and catches up with the room at a number. */
  async online(last = 3, more: Partial<Summary> = {}): Promise<void> {
    await this.start();
    await this.greet();
    await this.sync([summary(last, more)]);
  }

  /** Loses the connection and goes on over the next. */
  async reconnect(last: number, recovered = true, ...replay: Message[]): Promise<void> {
    this.socket.drop();
    await this.settle(250);
    await this.greet();
    await this.sync([summary(last)], { [room]: recovered }, ...replay);
  }
}
