import { Adoption } from "./adoption.ts";
import { backoff } from "./backoff.ts";
import type { Connection, Outcome } from "./connection.ts";
import { ChatError, ErrorCode } from "./errors.ts";
import { Lanes, nextOf } from "./lanes.ts";
import type { Lane } from "./lanes.ts";
import type { Timings } from "./options.ts";
import type { OutgoingMessage, PendingMessage, PendingState } from "./outbox-types.ts";
import type { Owners } from "./owners.ts";
import { newId } from "./platform.ts";
import type { Clock } from "./platform.ts";
import type { ChatStorage, StoredPending } from "./storage.ts";
import type { Message, SendAck, ServerLimits } from "./types.ts";
import { byteLength, frameOverhead } from "./wire.ts";

const capacity = 1000;
const maxInternalFailures = 8;

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
  readonly #adoption: Adoption;
  readonly #lanes = new Lanes();
  /** Those that are acknowledged and whose entry has not been reported yet. */
  readonly #sent = new Map<string, StoredPending>();
  readonly #internalFailures = new Map<string, number>();
  #connection: Connection | undefined;
  #limits: ServerLimits | undefined;
  #lastOrder = 0;
  #inFlight = 0;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
    this.#adoption = new Adoption({
      storage: parts.storage,
      owners: parts.owners,
      clock: parts.clock,
      every: parts.timings.adopt,
      adopt: (left) => this.#adopt(left),
      adopted: () => this.#pumpAll(),
      failed: parts.storageFailed,
    });
  }

  /** What is not reported as an entry yet, in order. */
  pending(conversation?: string): PendingMessage[] {
    const sent = [...this.#sent.values()].filter((one) => conversation === undefined || one.conversation === conversation);
    return [...sent, ...this.#lanes.waiting(conversation)].sort((a, b) => a.order - b.order).map(shown);
  }

  /** Takes over what clients that are gone have left. */
  restore(): Promise<void> {
    return this.#adoption.start();
  }

  add(message: OutgoingMessage): PendingMessage {
    if (this.pending().length >= capacity) {
      const error = { code: ErrorCode.rateLimited, name: "rate_limited", message: `${capacity} messages wait already.`, retry: true };
      throw new ChatError(error);
    }

    const { clientId = newId(), ...content } = message;
    const pending: StoredPending = {
      ...content, clientId, createdAt: this.#parts.clock.now(), order: this.#nextOrder(), state: "pending", owner: this.#adoption.owner,
    };
    this.#enqueue(pending);
    return shown(pending);
  }

  retry(clientId: string): void {
    const pending = this.#lanes.find(clientId);
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
    const pending = this.#lanes.find(clientId);
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
    const pending = this.#sent.get(clientId) ?? this.#lanes.find(clientId);
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
    this.detach();
    this.#lanes.all.forEach(([, lane]) => lane.cancelHold?.());
    this.#adoption.close();
  }

  #adopt(left: StoredPending): boolean {
    if (this.#lanes.find(left.clientId) !== undefined) {
      return false;
    }

    this.#lastOrder = Math.max(this.#lastOrder, left.order);
    this.#lanes.add(left);
    this.#parts.changed(shown(left));
    return true;
  }

  #enqueue(pending: StoredPending): void {
    const lane = this.#lanes.add(pending);
    this.#parts.changed(shown(pending));
    if (this.#maySend(lane) && nextOf(lane) === pending) {
      // It is stored together with the note that it goes out.
      void this.#pump(pending.conversation, lane);
    } else {
      void this.#store(pending);
    }
  }

  #pumpAll(): void {
    for (const [conversation, lane] of this.#lanes.all) {
      void this.#pump(conversation, lane);
    }
  }

  #maySend(lane: Lane): boolean {
    return this.#connection?.isOpen === true && lane.inFlight === undefined && lane.cancelHold === undefined
      && this.#inFlight < (this.#limits?.inFlight ?? 1);
  }

  async #pump(conversation: string, lane: Lane): Promise<void> {
    const pending = this.#maySend(lane) ? nextOf(lane) : undefined;
    if (pending === undefined) {
      this.#lanes.retire(conversation, lane);
      return;
    }

    const { clientId, text, replyTo, attachments, data, after } = pending;
    const command = { conversation, clientId, text, replyTo, attachments, data, ...(after === undefined ? {} : { after }) };
    const limits = this.#limits;
    if (limits !== undefined && byteLength(JSON.stringify(command)) > limits.frame - frameOverhead) {
      this.#fail(pending, ChatError.tooLarge().info);
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

  /** Takes it out of the lane and the storage; says so if there is a last state. */
  #remove(pending: StoredPending, state: PendingState | undefined): void {
    this.#lanes.remove(pending);
    this.#internalFailures.delete(pending.clientId);
    this.#parts.storage.removePending(pending.clientId).catch(this.#parts.storageFailed);
    if (state !== undefined) {
      this.#tell(pending, state);
    }
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
