import { applyChange, isChange } from "./changes.ts";
import type { HistoryPage, Message } from "./types.ts";

/** Entries that wait for the first page; more than that and the page is asked for again. */
const maxHeld = 1000;

/**
 * The messages of one conversation up to its end, with the changes applied: pages of history are put in front, live entries behind.
 * All decisions go by number, so that a page and an event which say the same thing twice do no harm. A changed message is another
 * object; `messages` is another array after every change.
 */
export class Timeline {
  readonly conversation: string;
  epoch = "";
  /** The numbers that are covered without a hole; `from` > `to` while nothing is. */
  from = 1;
  to = 0;
  /** Whether history has older messages. */
  more = true;
  #loaded = false;
  #messages: Message[] = [];
  #held: Message[] = [];
  /** By number of a message: changes up to this number are in it already. */
  readonly #applied = new Map<number, number>();

  constructor(conversation: string) {
    this.conversation = conversation;
  }

  /** Oldest first, without change entries. */
  get messages(): readonly Message[] {
    return this.#messages;
  }

  /** Whether the first page has come. */
  get isLoaded(): boolean {
    return this.#loaded;
  }

  get(seq: number): Message | undefined {
    const index = this.#indexOf(seq);
    return index < 0 ? undefined : this.#messages[index];
  }

  /**
   * Takes in a page: the newest one first (`history` without `before` and `after`), then older ones (`before: from`).
   * @returns False when it does not fit: another epoch, or a hole between.
   */
  addPage(page: HistoryPage): boolean {
    const first = !this.isLoaded;
    // A direct conversation has no epoch before its first message.
    if (!first && ((this.epoch !== "" && page.epoch !== this.epoch) || page.to < this.from - 1 || page.from > this.to + 1)) {
      return false;
    }

    const byNumber = new Map(this.#messages.map((message) => [message.seq, message]));
    for (const message of page.messages) {
      if (page.last >= (this.#applied.get(message.seq) ?? 0)) {
        byNumber.set(message.seq, message);
        this.#applied.set(message.seq, page.last);
      }
    }

    this.#messages = [...byNumber.values()].sort((a, b) => a.seq - b.seq);
    this.more = first || page.from < this.from ? page.more : this.more;
    this.from = first ? page.from : Math.min(this.from, page.from);
    this.to = first ? page.to : Math.max(this.to, page.to);
    this.epoch = page.epoch;
    this.#loaded = true;
    const held = this.#held;
    this.#held = [];
    return held.every((entry) => this.apply(entry));
  }

  /**
   * Takes in an entry as `message` events bring them; before the first page it is kept until that comes.
   * @returns False when entries before it are missing: load again.
   */
  apply(entry: Message): boolean {
    if (!this.isLoaded) {
      this.#held.push(entry);
      return this.#held.length <= maxHeld;
    }

    if (entry.seq > this.to + 1) {
      return false;
    }

    if (isChange(entry)) {
      this.#change(entry);
    } else if (entry.seq > this.to) {
      this.#messages = [...this.#messages, entry];
      this.#applied.set(entry.seq, entry.seq);
    }

    this.to = Math.max(this.to, entry.seq);
    return true;
  }

  /** Begins with what was kept of it. Changes up to `seq` are in the messages. */
  restore(kept: { epoch: string; seq: number; from: number; to: number; more: boolean; messages: readonly Message[] }): void {
    this.clear();
    this.#loaded = true;
    this.epoch = kept.epoch;
    this.from = kept.from;
    this.to = kept.to;
    this.more = kept.more;
    this.#messages = [...kept.messages];
    kept.messages.forEach(({ seq }) => this.#applied.set(seq, kept.seq));
  }

  /** Another one with the same content, to grow on its own. */
  clone(): Timeline {
    const copy = new Timeline(this.conversation);
    copy.#loaded = this.#loaded;
    copy.epoch = this.epoch;
    copy.from = this.from;
    copy.to = this.to;
    copy.more = this.more;
    copy.#messages = [...this.#messages];
    copy.#held = [...this.#held];
    this.#applied.forEach((applied, seq) => copy.#applied.set(seq, applied));
    return copy;
  }

  /** Forgets the oldest messages beyond a number of messages. */
  trim(keep: number): void {
    const cut = this.#messages.length - keep;
    if (cut <= 0) {
      return;
    }

    for (const { seq } of this.#messages.slice(0, cut)) {
      this.#applied.delete(seq);
    }

    this.#messages = this.#messages.slice(cut);
    this.from = this.#messages[0]?.seq ?? this.to + 1;
    this.more = true;
  }

  /** Begins again with nothing. */
  clear(): void {
    this.#loaded = false;
    this.epoch = "";
    this.from = 1;
    this.to = 0;
    this.more = true;
    this.#messages = [];
    this.#held = [];
    this.#applied.clear();
  }

  #change(change: Message): void {
    const target = change.data?.target ?? 0;
    const index = this.#indexOf(target);
    const message = this.#messages[index];
    if (message === undefined || change.seq <= (this.#applied.get(target) ?? 0)) {
      return;
    }

    this.#applied.set(target, change.seq);
    const changed = applyChange(message, change);
    if (changed !== message) {
      this.#messages = this.#messages.with(index, changed);
    }
  }

  #indexOf(seq: number): number {
    let low = 0;
    let high = this.#messages.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const at = this.#messages[middle]?.seq ?? 0;
      if (at === seq) {
        return middle;
      }

      if (at < seq) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }

    return -1;
  }
}
