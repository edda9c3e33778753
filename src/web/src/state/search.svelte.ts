import { textOf } from "./notices.svelte";

/** A part of a directory that the server pages through. */
export interface DirectoryPage<T> {
  items: T[];
  next?: string | null;
}

/** A directory and what is looked for in it, page by page. The answer to an earlier search never replaces that to a later one. */
export class Search<T> {
  text = $state("");
  items = $state.raw<T[]>([]);
  next = $state.raw<string | null | undefined>();
  loaded = $state(false);
  problem = $state("");
  readonly wanted = $derived(this.text.trim().toLowerCase());
  #asked = 0;

  /** @param ask reads a page of 50 of what begins with the prefix, after the place named. */
  constructor(private readonly ask: (page: { prefix: string; limit: number; after?: string }) => Promise<DirectoryPage<T>>) {}

  /** Reads the first page, or adds the one after a place. */
  async load(prefix: string, after?: string): Promise<void> {
    const asked = ++this.#asked;
    try {
      const page = await this.ask({ prefix, limit: 50, ...(after ? { after } : {}) });
      if (asked !== this.#asked) return;
      this.items = after ? [...this.items, ...page.items] : page.items;
      this.next = page.next;
      this.problem = "";
    } catch (error) {
      if (asked !== this.#asked) return;
      this.problem = textOf(error);
    }

    this.loaded = true;
  }
}
