import { backoff } from "./backoff.ts";
import type { Connection, Outcome } from "./connection.ts";
import { ChatError, ErrorCode } from "./errors.ts";
import type { Timings } from "./options.ts";
import type { OutgoingMessage, PendingMessage, PendingState } from "./outbox-types.ts";
import type { Owners } from "./owners.ts";
import { newId } from "./platform.ts";
import type { Clock } from "./platform.ts";
import type { ChatStorage, StoredPending } from "./storage.ts";
import type { Message, SendAck, ServerLimits } from "./types.ts";
import { byteLength } from "./wire.ts";

const capacity = 1000;
const maxInternalFailures = 8;

/** What a command has around its message in a frame. */
const frameOverhead = 512;

interface Lane {
  /** In the order of sending; the first that is `pending` is next. */
  waiting: StoredPending[];
  inFlight: StoredPending | undefined;
  /** How often in a row the server asked to try again. */
  failures: number;
  cancelHold: (() => void) | undefined;
}

export interface OutboxParts {
  storage: ChatStorage;
  owners: Owners;
  clock: Clock;
  random: () => number;
  timings: Timings;
  /** The last number reported in a conversation; 0 where there is none. */
  lastSeen: (conversation: string) => number;
  changed: (pending: PendingMessage) => void;
  acknowledged: (ack: SendAck) => void;
  storageFailed: (error: unknown) => void;
}

/**
 * Sends until acknowledged. What has no answer when a connection ends, and what the server asks to try again, goes out again under
 * the same client id. One message of a conversation is on its way at a time: no failure between two can change their order.
 */
export class Outbox {
  readonly #parts: OutboxParts;
  readonly #owner = newId();
  readonly #lanes = new Map<string, Lane>();
  /** Those that are acknowledged and whose entry has not been reported yet. */
  readonly #sent = new Map<string, StoredPending>();
  readonly #internalFailures = new Map<string, number>();
  readonly #watched = new Set<string>();
  #connection: Connection | undefined;
  #limits: ServerLimits | undefined;
  #lastOrder = 0;
  #inFlight = 0;
  #closed = false;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  /** What is not reported as an entry yet, in order. */
  pending(conversation?: string): PendingMessage[] {
    const lanes = conversation === undefined ? [...this.#lanes.values()] : [this.#lanes.get(conversation)];
    const all = [...this.#sent.values()].filter((one) => conversation === undefined || one.conversation === conversation);
    lanes.forEach((lane) => all.push(...(lane?.waiting ?? [])));
    return all.sort((a, b) => a.order - b.order).map(shown);
  }

  /** Takes over what clients that are gone have left. */
  async restore(): Promise<void> {
    if (this.#closed) {
      return;
    }

    this.#parts.owners.enter(this.#owner);
    try {
      const owners = new Set((await this.#parts.storage.outbox()).map((left) => left.owner));
      for (const owner of owners) {
        if (owner !== this.#owner && !this.#watched.has(owner)) {
          this.#watched.add(owner);
          this.#parts.owners.whenGone(owner, () => this.#adopt(owner));
        }
      }
    } catch (error) {
      this.#parts.storageFailed(error);
    }
  }

  add(message: OutgoingMessage): PendingMessage {
    if (this.pending().length >= capacity) {
      const error = { code: ErrorCode.rateLimited, name: "rate_limited", message: `${capacity} messages wait already.`, retry: true };
      throw new ChatError(error);
    }

    const { clientId = newId(), ...content } = message;
    const pending: StoredPending = {
      ...content, clientId, createdAt: this.#parts.clock.now(), order: this.#nextOrder(), state: "pending", owner: this.#owner,
    };
    this.#enqueue(pending);
    return shown(pending);
  }

  retry(clientId: string): void {
    const pending = this.#find(clientId);
    if (pending?.state !== "failed") {
      return;
    }

    // Under an id that was used for something else, or is too old to be recognised, it can never be sent: it becomes another message.
    const again = pending.error?.code === ErrorCode.conflict || pending.error?.code === ErrorCode.expired;
    const { error: _, after, ...rest } = pending;
    this.#remove(pending, again ? "discarded" : undefined);
    this.#enqueue({
      ...rest,
      ...(again ? { clientId: newId() } : after === undefined ? {} : { after }),
      order: this.#nextOrder(),
      state: "pending",
    });
  }

  discard(clientId: string): void {
    const pending = this.#find(clientId);
    if (pending !== undefined) {
      this.#remove(pending, "discarded");
    }
  }

  /** Goes on over a connection that has caught up. */
  attach(connection: Connection, limits: ServerLimits): void {
    this.#connection = connection;
    this.#limits = limits;
    this.#pumpAll();
  }

  detach(): void {
    this.#connection = undefined;
  }

  /** An own entry was reported: it stands for the message from now on. Also where the acknowledgement got lost. */
  arrived(entry: Message): void {
    const clientId = entry.clientId ?? "";
    const pending = this.#sent.get(clientId) ?? this.#find(clientId);
    if (pending?.conversation === entry.conversation) {
      pending.seq = entry.seq;
      pending.at = entry.at;
      this.#sent.delete(clientId);
      this.#remove(pending, "delivered");
    }
  }

  /** Entries up to a number will not be reported any more. */
  passed(conversation: string, seq: number): void {
    for (const pending of [...this.#sent.values()]) {
      if (pending.conversation === conversation && (pending.seq ?? 0) <= seq) {
        this.#sent.delete(pending.clientId);
        this.#tell(pending, "delivered");
      }
    }
  }

  close(): void {
    this.#closed = true;
    this.detach();
    this.#lanes.forEach((lane) => lane.cancelHold?.());
    this.#parts.owners.leave();
  }

  async #adopt(owner: string): Promise<void> {
    try {
      for (const left of await this.#parts.storage.outbox()) {
        if (left.owner === owner && !this.#closed && this.#find(left.clientId) === undefined) {
          const pending = { ...left, owner: this.#owner };
          this.#lastOrder = Math.max(this.#lastOrder, pending.order);
          this.#lane(pending.conversation).waiting.push(pending);
          this.#lane(pending.conversation).waiting.sort((a, b) => a.order - b.order);
          this.#parts.changed(shown(pending));
          await this.#parts.storage.putPending({ ...pending });
        }
      }
    } catch (error) {
      this.#parts.storageFailed(error);
    } finally {
      this.#watched.delete(owner);
    }

    this.#pumpAll();
  }

  #enqueue(pending: StoredPending): void {
    const lane = this.#lane(pending.conversation);
    lane.waiting.push(pending);
    this.#parts.changed(shown(pending));
    if (this.#maySend(lane) && this.#next(lane) === pending) {
      // It is stored together with the note that it goes out.
      void this.#pump(pending.conversation, lane);
    } else {
      void this.#store(pending);
    }
  }

  #pumpAll(): void {
    for (const [conversation, lane] of this.#lanes) {
      void this.#pump(conversation, lane);
    }
  }

  #maySend(lane: Lane): boolean {
    return this.#connection?.isOpen === true && lane.inFlight === undefined && lane.cancelHold === undefined
      && this.#inFlight < (this.#limits?.inFlight ?? 1);
  }

  #next(lane: Lane): StoredPending | undefined {
    return lane.waiting.find((pending) => pending.state === "pending");
  }

  async #pump(conversation: string, lane: Lane): Promise<void> {
    const pending = this.#maySend(lane) ? this.#next(lane) : undefined;
    if (pending === undefined) {
      if (lane.waiting.length === 0 && lane.inFlight === undefined && lane.cancelHold === undefined) {
        this.#lanes.delete(conversation);
      }

      return;
    }

    const { clientId, text, replyTo, attachments, data, after } = pending;
    const command = { conversation, clientId, text, replyTo, attachments, data, ...(after === undefined ? {} : { after }) };
    const limits = this.#limits;
    if (limits !== undefined && byteLength(JSON.stringify(command)) > limits.frame - frameOverhead) {
      this.#fail(pending, { code: ErrorCode.tooLarge, name: "too_large", message: "The message is too long.", retry: false });
      return this.#pump(conversation, lane);
    }

    lane.inFlight = pending;
    this.#inFlight++;
    if (after === undefined) {
      // Stored before it goes out: whoever finds it later knows that it may be in the log, and from where to look.
      pending.after = this.#parts.lastSeen(conversation);
      await this.#store(pending);
    }

    const connection = this.#connection;
    if (connection === undefined || pending.state !== "pending") {
      this.#answered(lane, pending, { lost: true }, connection);
    } else {
      connection.call("send", command, (outcome) => this.#answered(lane, pending, outcome, connection));
    }
  }

  #answered(lane: Lane, pending: StoredPending, outcome: Outcome, connection: Connection | undefined): void {
    lane.inFlight = undefined;
    this.#inFlight--;
    if (pending.state !== "pending") {
      // Given up, or its entry came before its answer.
    } else if ("ok" in outcome) {
      lane.failures = 0;
      this.#acknowledge(pending, outcome.ok as SendAck);
    } else if ("lost" in outcome) {
      // A connection that stands but does not answer is as good as lost.
      connection?.abort();
    } else if (this.#mayRetry(pending, outcome.error)) {
      lane.failures++;
      const wait = backoff(lane.failures, this.#parts.timings.firstBackoff, this.#parts.timings.maxBackoff, this.#parts.random);
      lane.cancelHold = this.#parts.clock.after(wait, () => {
        lane.cancelHold = undefined;
        this.#pumpAll();
      });
    } else {
      this.#fail(pending, outcome.error);
    }

    this.#pumpAll();
  }

  #mayRetry(pending: StoredPending, error: { code: number; retry: boolean }): boolean {
    if (error.code === ErrorCode.internal) {
      const failures = (this.#internalFailures.get(pending.clientId) ?? 0) + 1;
      this.#internalFailures.set(pending.clientId, failures);
      return failures < maxInternalFailures;
    }

    // Without a valid token nothing is wrong with the message: it goes out when somebody has signed in.
    return error.retry || error.code === ErrorCode.unauthenticated;
  }

  #acknowledge(pending: StoredPending, ack: SendAck): void {
    this.#remove(pending, undefined);
    pending.seq = ack.seq;
    pending.at = ack.at;
    this.#sent.set(pending.clientId, pending);
    this.#tell(pending, "sent");
    this.#parts.acknowledged(ack);
    if (ack.duplicate || this.#parts.lastSeen(ack.conversation) >= ack.seq) {
      this.passed(ack.conversation, this.#parts.lastSeen(ack.conversation));
    }
  }

  #fail(pending: StoredPending, error: { code: number; name: string; message: string; retry: boolean }): void {
    pending.error = error;
    this.#tell(pending, "failed");
    void this.#store(pending);
  }

  #tell(pending: StoredPending, state: PendingState): void {
    pending.state = state;
    this.#parts.changed(shown(pending));
  }

  #find(clientId: string): StoredPending | undefined {
    for (const lane of this.#lanes.values()) {
      const found = lane.waiting.find((pending) => pending.clientId === clientId);
      if (found !== undefined) {
        return found;
      }
    }

    return undefined;
  }

  /** Takes it out of the lane and the storage; says so if there is a last state. */
  #remove(pending: StoredPending, state: PendingState | undefined): void {
    const lane = this.#lanes.get(pending.conversation);
    if (lane !== undefined) {
      lane.waiting = lane.waiting.filter((one) => one !== pending);
    }

    this.#internalFailures.delete(pending.clientId);
    this.#parts.storage.removePending(pending.clientId).catch(this.#parts.storageFailed);
    if (state !== undefined) {
      this.#tell(pending, state);
    }
  }

  #lane(conversation: string): Lane {
    let lane = this.#lanes.get(conversation);
    if (lane === undefined) {
      lane = { waiting: [], inFlight: undefined, failures: 0, cancelHold: undefined };
      this.#lanes.set(conversation, lane);
    }

    return lane;
  }

  /** Grows with the clock, so that it goes on behind what an earlier client has left. */
  #nextOrder(): number {
    this.#lastOrder = Math.max(this.#lastOrder + 1, this.#parts.clock.now() * 1000);
    return this.#lastOrder;
  }

  async #store(pending: StoredPending): Promise<void> {
    try {
      await this.#parts.storage.putPending({ ...pending });
    } catch (error) {
      this.#parts.storageFailed(error);
    }
  }
}

function shown({ owner: _owner, after: _after, ...pending }: StoredPending): PendingMessage {
  return pending;
}
