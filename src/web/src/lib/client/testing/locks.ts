/** Locks as a browser grants them: to one at a time, in the order of asking. */
export class FakeLocks {
  readonly #tails = new Map<string, Promise<unknown>>();

  request(name: string, _: LockOptions, held: () => Promise<void>): Promise<unknown> {
    const turn = (this.#tails.get(name) ?? Promise.resolve()).then(held);
    this.#tails.set(name, turn);
    return turn;
  }

  async idle(): Promise<void> {
    for (let i = 0; i < 10; i++) {
      await Promise.resolve();
    }
  }
}
