import type { ConversationList } from "./conversation-list.ts";
import type { Timings } from "./options.ts";
import type { Clock } from "./platform.ts";
import type { PositionBook } from "./positions.ts";
import type { ChatStorage } from "./storage.ts";

export interface KeeperParts {
  storage: ChatStorage;
  clock: Clock;
  timings: Timings;
  list: ConversationList;
  positions: PositionBook;
  failed: (error: unknown) => void;
}

/** Keeps the conversations for the next start. Positions and messages of a conversation are stored together, so they agree. */
export class Keeper {
  started = false;
  readonly #parts: KeeperParts;
  #cancel: (() => void) | undefined;
  #closed = false;
  #hasFailed = false;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  /** Reads what was kept. What is too old to be resumed from is shown, but not its messages. */
  async restore(fresh: boolean): Promise<void> {
    const { storage, clock, timings, list, positions } = this.#parts;
    this.started = true;
    try {
      if (fresh) {
        await storage.clear();
      }

      for (const stored of await storage.conversations()) {
        const resumes = clock.now() - stored.savedAt <= timings.resume;
        list.restore(stored, resumes);
        if (resumes) {
          positions.set(stored.conversation, { epoch: stored.epoch, seq: stored.seq });
        }
      }
    } catch (error) {
      this.fail(error);
    }
  }

  /** Something changed: it is stored with everything else that changes within a moment. */
  changed(): void {
    if (!this.#closed) {
      this.#cancel ??= this.#parts.clock.after(this.#parts.timings.save, () => {
        this.#cancel = undefined;
        void this.#save();
      });
    }
  }

  /** The storage failed; said once, the client goes on without. */
  fail(error: unknown): void {
    if (!this.#hasFailed && !this.#closed) {
      this.#hasFailed = true;
      this.#parts.failed(error);
    }
  }

  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#cancel?.();
      await this.#save();
      this.#parts.storage.close();
    }
  }

  /** Forgets everything. */
  async clear(): Promise<void> {
    this.#closed = true;
    this.#cancel?.();
    try {
      await this.#parts.storage.clear();
    } finally {
      this.#parts.storage.close();
    }
  }

  async #save(): Promise<void> {
    const { storage, clock, list, positions } = this.#parts;
    const { put, remove } = list.takeChanges(clock.now(), (conversation) => positions.get(conversation));
    try {
      await (put.length > 0 ? storage.putConversations(put) : undefined);
      await (remove.length > 0 ? storage.removeConversations(remove) : undefined);
    } catch (error) {
      this.fail(error);
    }
  }
}
