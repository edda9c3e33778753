import { backoff } from "./backoff.ts";
import { Connection } from "./connection.ts";
import type { Ending } from "./connection.ts";
import { ChatError } from "./errors.ts";
import type { Timings } from "./options.ts";
import type { Clock, Network, SocketFactory } from "./platform.ts";
import { mayReconnect, reasonOf } from "./state.ts";
import type { CloseReason, ConnectionState } from "./state.ts";
import type { Hello } from "./types.ts";
import type { WireEvent } from "./wire.ts";

/** A connection that stood this long was a success; one that breaks at once must not be tried again without pause. */
const lasting = 5000;
const longestAfter = 60_000;

export interface LinkParts {
  urls: readonly string[];
  token: () => string | Promise<string>;
  clock: Clock;
  random: () => number;
  socket: SocketFactory;
  network: Network;
  timings: Timings;
}

export interface LinkEvents {
  state(state: ConnectionState): void;
  /** Catches up, and then calls `caughtUp`, or aborts the connection. */
  hello(hello: Hello, connection: Connection, caughtUp: () => void): void;
  event(event: WireEvent): void;
  lost(): void;
}

/** Keeps a client connected: one connection after the other, at one node after the other, until the server says not to come back. */
export class Link {
  state: ConnectionState = { status: "idle", attempt: 0 };
  readonly #parts: LinkParts;
  readonly #events: LinkEvents;
  #connection: Connection | undefined;
  #turn = 0;
  #failures = 0;
  #run = 0;
  #onlineSince: number | undefined;
  #byeAfter = 0;
  #byeFinal: number | undefined;
  #cancelTimer: () => void = () => undefined;
  #unwatch: () => void = () => undefined;

  constructor(parts: LinkParts, events: LinkEvents) {
    this.#parts = parts;
    this.#events = events;
  }

  start(): void {
    if (this.state.status === "idle") {
      this.#unwatch = this.#parts.network.watch(() => this.#networkChanged());
      void this.#attempt();
    }
  }

  /** Does not wait any longer for the next attempt. */
  retryNow(): void {
    if (this.state.nextAttemptAt !== undefined) {
      this.#cancelTimer();
      void this.#attempt();
    }
  }

  close(reason: CloseReason = "closed", closeCode?: number): void {
    if (this.state.status === "closed") {
      return;
    }

    this.#run++;
    this.#unwatch();
    this.#cancelTimer();
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection !== undefined) {
      connection.onend = () => undefined;
      connection.onevent = () => undefined;
      connection.abort({ code: 1000, silent: false });
    }

    this.#set({ status: "closed", attempt: 0, reason, ...(closeCode === undefined ? {} : { closeCode }) });
    this.#events.lost();
  }

  async #attempt(): Promise<void> {
    const run = ++this.#run;
    const url = this.#parts.urls[this.#turn++ % this.#parts.urls.length] ?? "";
    const { reason, closeCode } = this.state;
    this.#set({
      status: this.state.status === "idle" || this.state.status === "connecting" ? "connecting" : "reconnecting",
      attempt: this.#failures,
      url,
      ...(reason === undefined ? {} : { reason }),
      ...(closeCode === undefined ? {} : { closeCode }),
    });
    let token: string;
    try {
      token = await this.#parts.token();
    } catch (error) {
      if (run === this.#run) {
        const refused = error instanceof ChatError && !error.retry;
        this.#ended(refused ? { code: 3500, silent: false } : { code: 1006, silent: false });
      }

      return;
    }

    if (run === this.#run) {
      this.#open(url, token);
    }
  }

  #open(url: string, token: string): void {
    const { clock, socket, timings } = this.#parts;
    let connection: Connection;
    try {
      connection = new Connection(url, token, { clock, socket, ...timings });
    } catch {
      // A browser may refuse an address, by the page's policy for example, before it tries. The next one may do.
      this.#ended({ code: 1006, silent: false });
      return;
    }

    this.#connection = connection;
    this.#byeAfter = 0;
    this.#byeFinal = undefined;
    this.#cancelTimer = clock.after(timings.connect, () => connection.abort());
    connection.onend = (ending) => this.#ended(ending);
    connection.onevent = (event) => {
      if (event.ev === "hello") {
        this.#events.hello(event, connection, () => this.#caughtUp(connection, url, event.node));
      } else if (event.ev === "bye") {
        this.#byeAfter = Math.min(Math.max(event.after ?? 0, 0), longestAfter);
        this.#byeFinal = event.reconnect ? undefined : event.code;
      } else {
        this.#events.event(event);
      }
    };
  }

  #caughtUp(connection: Connection, url: string, node: string): void {
    if (connection === this.#connection && connection.isOpen) {
      this.#cancelTimer();
      this.#onlineSince = this.#parts.clock.now();
      this.#set({ status: "online", attempt: 0, url, node });
    }
  }

  #ended({ code, silent }: Ending): void {
    const { clock, network, random, timings } = this.#parts;
    this.#cancelTimer();
    this.#connection = undefined;
    const final = this.#byeFinal ?? code;
    if (!mayReconnect(final) || this.#byeFinal !== undefined) {
      this.close(mayReconnect(final) ? "refused" : reasonOf(final), final);
      return;
    }

    const stood = this.#onlineSince !== undefined && clock.now() - this.#onlineSince > lasting;
    this.#onlineSince = undefined;
    this.#failures = stood ? 1 : this.#failures + 1;
    const wait = backoff(this.#failures, timings.firstBackoff, timings.maxBackoff, random) + this.#byeAfter;
    const first = this.state.status === "connecting";
    this.#events.lost();
    this.#set({
      status: network.online ? (first ? "connecting" : "reconnecting") : "offline",
      attempt: this.#failures,
      nextAttemptAt: clock.now() + wait,
      reason: silent ? "silent" : reasonOf(code),
      closeCode: code,
    });
    // Also without a network, as far as the device knows: what it knows may be wrong.
    this.#cancelTimer = clock.after(wait, () => void this.#attempt());
  }

  #networkChanged(): void {
    if (this.state.status === "online") {
      this.#connection?.probe();
    } else if (this.#parts.network.online) {
      this.retryNow();
    } else if (this.state.nextAttemptAt !== undefined) {
      this.#set({ ...this.state, status: "offline" });
    }
  }

  #set(state: ConnectionState): void {
    this.state = state;
    this.#events.state(state);
  }
}
