/**
 * Where the connection stands.
 * - `idle`: not started.
 * - `connecting`: the first connection is on its way.
 * - `online`: connected and caught up with.
 * - `reconnecting`: the connection was lost; the next attempt is under way or waits for `nextAttemptAt`.
 * - `offline`: the device has no network; the client goes on when it has.
 * - `closed`: over; see `reason`.
 */
export type ConnectionStatus = "idle" | "connecting" | "online" | "reconnecting" | "offline" | "closed";

/** Why the last connection ended. */
export type CloseReason =
  | "lost" // without a word: the node or the network went away
  | "silent" // it stood, but nothing came any more
  | "shutdown" // 3000: the node goes down
  | "slow" // 3001: the client read too slowly
  | "stale" // 3002: the node lost its place in the cluster
  | "bad_token" // 3500
  | "banned" // 3501
  | "protocol_error" // 3502
  | "too_large" // 3503
  | "too_many_sessions" // 3504
  | "refused" // another code from 3500 on
  | "closed"; // by close() or signOut()

export interface ConnectionState {
  status: ConnectionStatus;
  /** Attempts that failed in a row. */
  attempt: number;
  /** When the next attempt begins, in the clock's milliseconds; absent while one is under way. */
  nextAttemptAt?: number;
  reason?: CloseReason;
  closeCode?: number;
  /** The node that holds the session, while online. */
  node?: string;
  /** The address in use or tried. */
  url?: string;
}

const reasons: Record<number, CloseReason> = {
  3000: "shutdown",
  3001: "slow",
  3002: "stale",
  3500: "bad_token",
  3501: "banned",
  3502: "protocol_error",
  3503: "too_large",
  3504: "too_many_sessions",
};

/** From 3500 on the server does not want this client back. */
export const mayReconnect = (code: number): boolean => code < 3500 || code > 3999;

export const reasonOf = (code: number): CloseReason => reasons[code] ?? (mayReconnect(code) ? "lost" : "refused");
