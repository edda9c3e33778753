import type { Owners } from "./owners.ts";
import { newId } from "./platform.ts";
import type { Clock } from "./platform.ts";
import type { ChatStorage, StoredPending } from "./storage.ts";

export interface AdoptionParts {
  storage: ChatStorage;
  owners: Owners;
  clock: Clock;
  /** How often to look for what others left, in milliseconds. */
  every: number;
  /** Answers false for a message that is at hand already. */
  adopt: (left: StoredPending) => boolean;
  adopted: () => void;
  failed: (error: unknown) => void;
}

/** Which stored messages are this client's to send: its own, and those of clients that are gone, closed tabs for example. */
export class Adoption {
  readonly owner = newId();
  readonly #parts: AdoptionParts;
  readonly #watched = new Set<string>();
  #closed = false;
  #cancel: () => void = () => undefined;

  constructor(parts: AdoptionParts) {
    this.#parts = parts;
  }

  /** Takes over what was left, and looks again from time to time. */
  async start(): Promise<void> {
    this.#parts.owners.enter(this.owner);
    await this.#look();
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
    this.#parts.owners.leave();
  }

  async #look(): Promise<void> {
    const { storage, owners, clock, every, failed } = this.#parts;
    try {
      const left = new Set((await storage.outbox()).map((pending) => pending.owner));
      left.delete(this.owner);
      for (const owner of left) {
        if (!this.#watched.has(owner) && !this.#closed) {
          this.#watched.add(owner);
          owners.whenGone(owner, () => this.#takeOver(owner));
        }
      }
    } catch (error) {
      failed(error);
    }

    if (!this.#closed) {
      this.#cancel = clock.after(every, () => void this.#look());
    }
  }

  async #takeOver(owner: string): Promise<void> {
    const { storage, adopt, adopted, failed } = this.#parts;
    try {
      for (const left of await storage.outbox()) {
        const mine = { ...left, owner: this.owner };
        if (left.owner === owner && !this.#closed && adopt(mine)) {
          await storage.putPending({ ...mine });
        }
      }
    } catch (error) {
      failed(error);
    } finally {
      this.#watched.delete(owner);
    }

    adopted();
  }
}
