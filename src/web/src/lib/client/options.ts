import type { Clock, Network, SocketFactory } from "./platform.ts";
import type { ChatStorage } from "./storage.ts";

export interface ChatClientOptions {
  /** The nodes, for example `["http://host:8080"]`. A lost connection goes on at the next one. */
  urls: readonly string[];
  /** Who the token belongs to: names the storage, so that it can be read before the first connection. */
  user: string;
  /** The token, or a function that is asked for one before each connection. */
  token: string | (() => string | Promise<string>);
  /** Forgets what is stored for this user first. For a guest who has just signed in: the name may have been somebody else's. */
  fresh?: boolean;
  /** What outlives the page; IndexedDB where there is one. */
  storage?: ChatStorage;
  /** Tells others that their messages have arrived, without being asked to. On unless it is false. */
  autoDelivered?: boolean;
  clock?: Clock;
  /** Numbers from 0 to 1, to spread waiting times. */
  random?: () => number;
  socket?: SocketFactory;
  network?: Network;
  /** Milliseconds. */
  timings?: Partial<Timings>;
}

/** Waiting times in milliseconds. */
export interface Timings {
  /** The first bound of the random wait between attempts; it doubles. */
  firstBackoff: number;
  maxBackoff: number;
  /** How long connecting and catching up may take before the next node is tried. */
  connect: number;
  /** How long a command waits for a connection and its answer. */
  call: number;
  /** After so much silence a ping asks for a sign of life ... */
  silence: number;
  /** ... and this is how long it may take. */
  pong: number;
  /** How long an entry that came too early waits for those before it, until they are asked for. */
  hole: number;
  /** How often the outbox looks for what other tabs left when they were closed. */
  adopt: number;
  /** How long changes are gathered before they are stored. */
  save: number;
  /** Positions that are older when the client starts are not resumed from: loading a page is less than replaying days. */
  resume: number;
}

export const defaultTimings: Timings = {
  firstBackoff: 250,
  maxBackoff: 15_000,
  connect: 10_000,
  call: 30_000,
  silence: 20_000,
  pong: 8_000,
  hole: 100,
  adopt: 15_000,
  save: 300,
  resume: 6 * 3_600_000,
};
