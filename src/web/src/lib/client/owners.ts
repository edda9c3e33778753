/** Which clients of this browser live: so that a closed tab's unsent messages are sent by another, and a living one's are not sent twice. */
export interface Owners {
  /** Says that this client lives, until `leave` is called or its page goes away. */
  enter(owner: string): void;
  leave(): void;
  /** Calls back, once, when the other client does not live any more. Where that cannot be told it does so at once: doubling is harmless. */
  whenGone(owner: string, callback: () => Promise<void>): void;
}

/** Tells by locks of the browser, which end with the page that holds them. */
export class LockOwners implements Owners {
  readonly #prefix: string;
  readonly #locks: LockManager;
  readonly #left = new AbortController();

  constructor(user: string, locks: LockManager) {
    this.#prefix = `orleanschat:${user}:`;
    this.#locks = locks;
  }

  enter(owner: string): void {
    const held = new Promise<void>((resolve) => this.#left.signal.addEventListener("abort", () => resolve(), { once: true }));
    this.#request(owner, () => held);
  }

  leave(): void {
    this.#left.abort();
  }

  whenGone(owner: string, callback: () => Promise<void>): void {
    this.#request(owner, callback);
  }

  #request(owner: string, held: () => Promise<void>): void {
    this.#locks.request(this.#prefix + owner, { signal: this.#left.signal }, held).catch((error: unknown) => {
      if (!this.#left.signal.aborted) {
        throw error;
      }
    });
  }
}

export class UnknownOwners implements Owners {
  enter(): void {
    // There is nowhere to say it.
  }

  leave(): void {
    // Nothing was entered.
  }

  whenGone(_: string, callback: () => Promise<void>): void {
    void callback();
  }
}
