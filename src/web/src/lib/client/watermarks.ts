import { ChatError } from "./errors.ts";
import type { Page, Watermark } from "./types.ts";

/** Conversations whose watermarks are kept: the ones last asked for. */
const kept = 20;
const maxPages = 50;

export type AskReceipts = (conversation: string, after: string | undefined) => Promise<Page<Watermark>>;

interface Book {
  marks: Map<string, Watermark>;
  loaded: Promise<void>;
}

/** How far the members of conversations have come: asked for once, kept by events, asked again after a reconnect. */
export class WatermarkBook {
  readonly #ask: AskReceipts;
  readonly #changed: (conversation: string, watermark: Watermark) => void;
  readonly #books = new Map<string, Book>();

  constructor(ask: AskReceipts, changed: (conversation: string, watermark: Watermark) => void) {
    this.#ask = ask;
    this.#changed = changed;
  }

  async get(conversation: string): Promise<Watermark[]> {
    const book = this.#books.get(conversation) ?? this.#open(conversation);
    await book.loaded;
    this.#books.delete(conversation);
    this.#books.set(conversation, book);
    return [...book.marks.values()];
  }

  /** A receipt came: marks only rise. */
  raise(conversation: string, watermark: Watermark): void {
    const book = this.#books.get(conversation);
    if (book === undefined || merge(book.marks, watermark)) {
      this.#changed(conversation, watermark);
    }
  }

  /** Receipts are not replayed: what is kept is asked for again. What the server refuses now is forgotten. */
  async refresh(): Promise<void> {
    for (const [conversation, book] of [...this.#books]) {
      try {
        await book.loaded;
        await this.#load(conversation, book.marks);
      } catch (error) {
        if (!(error instanceof ChatError)) {
          throw error;
        }

        if (error.retry) {
          // The connection is gone again: the next one refreshes.
          return;
        }

        this.#books.delete(conversation);
      }
    }
  }

  forget(conversation: string): void {
    this.#books.delete(conversation);
  }

  #open(conversation: string): Book {
    const marks = new Map<string, Watermark>();
    const loaded = this.#load(conversation, marks);
    const book = { marks, loaded };
    // Asked again by the next one who wants it.
    loaded.catch(() => this.#books.delete(conversation));
    this.#books.set(conversation, book);
    for (const oldest of [...this.#books.keys()].slice(0, -kept)) {
      this.#books.delete(oldest);
    }

    return book;
  }

  async #load(conversation: string, marks: Map<string, Watermark>): Promise<void> {
    let after: string | undefined;
    for (let pages = 0; pages < maxPages; pages++) {
      const page = await this.#ask(conversation, after);
      for (const watermark of page.items) {
        if (merge(marks, watermark)) {
          this.#changed(conversation, watermark);
        }
      }

      after = page.next ?? undefined;
      if (after === undefined) {
        return;
      }
    }
  }
}

function merge(book: Map<string, Watermark>, { user, read, delivered }: Watermark): boolean {
  const before = book.get(user);
  const after = { user, read: Math.max(read, before?.read ?? 0), delivered: Math.max(delivered, read, before?.delivered ?? 0) };
  book.set(user, after);
  return before?.read !== after.read || before.delivered !== after.delivered;
}
