import type { StoredPending } from "./storage.ts";

/** The unacknowledged messages of one conversation. */
export interface Lane {
  /** In the order of sending; the first that is `pending` is next. */
  waiting: StoredPending[];
  inFlight: StoredPending | undefined;
  /** How often in a row the server asked to try again. */
  failures: number;
  cancelHold: (() => void) | undefined;
}

/** The lanes of all conversations in which something waits. */
export class Lanes {
  readonly #lanes = new Map<string, Lane>();

  get all(): [string, Lane][] {
    return [...this.#lanes];
  }

  get(conversation: string): Lane | undefined {
    return this.#lanes.get(conversation);
  }

  waiting(conversation?: string): StoredPending[] {
    const lanes = conversation === undefined ? [...this.#lanes.values()] : [this.#lanes.get(conversation)];
    return lanes.flatMap((lane) => lane?.waiting ?? []);
  }

  find(clientId: string): StoredPending | undefined {
    return this.waiting().find((pending) => pending.clientId === clientId);
  }

  /** Puts a message in its place by its order. */
  add(pending: StoredPending): Lane {
    let lane = this.#lanes.get(pending.conversation);
    if (lane === undefined) {
      lane = { waiting: [], inFlight: undefined, failures: 0, cancelHold: undefined };
      this.#lanes.set(pending.conversation, lane);
    }

    lane.waiting.push(pending);
    lane.waiting.sort((a, b) => a.order - b.order);
    return lane;
  }

  remove(pending: StoredPending): void {
    const lane = this.#lanes.get(pending.conversation);
    if (lane !== undefined) {
      lane.waiting = lane.waiting.filter((one) => one !== pending);
    }
  }

  /** Forgets a lane in which nothing waits or is on its way. */
  retire(conversation: string, lane: Lane): void {
    if (lane.waiting.length === 0 && lane.inFlight === undefined && lane.cancelHold === undefined) {
      this.#lanes.delete(conversation);
    }
  }
}

/** What goes out next. */
export const nextOf = (lane: Lane): StoredPending | undefined => lane.waiting.find((pending) => pending.state === "pending");
