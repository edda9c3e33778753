import type { Connection } from "./connection.ts";
import { ChatError } from "./errors.ts";
import type { Clock } from "./platform.ts";

interface Waiter {
  resolve: (connection: Connection) => void;
  reject: (error: ChatError) => void;
  cancel: () => void;
}

/** Where commands wait for a connection. */
export class Gate {
  readonly #clock: Clock;
  readonly #waiters = new Set<Waiter>();
  #connection: Connection | undefined;
  #ended: ChatError | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  connection(patience: number): Promise<Connection> {
    if (this.#ended !== undefined) {
      return Promise.reject(this.#ended);
    }

    if (this.#connection?.isOpen === true) {
      return Promise.resolve(this.#connection);
    }

    return new Promise((resolve, reject) => {
      const cancel = this.#clock.after(patience, () => {
        this.#waiters.delete(waiter);
        reject(ChatError.unavailable("There is no connection."));
      });
      const waiter: Waiter = { resolve, reject, cancel };
      this.#waiters.add(waiter);
    });
  }

  open(connection: Connection): void {
    this.#connection = connection;
    this.#settle((waiter) => waiter.resolve(connection));
  }

  shut(): void {
    this.#connection = undefined;
  }

  /** There will be no further connection. */
  end(reason: ChatError): void {
    this.#connection = undefined;
    this.#ended = reason;
    this.#settle((waiter) => waiter.reject(reason));
  }

  #settle(how: (waiter: Waiter) => void): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const waiter of waiters) {
      waiter.cancel();
      how(waiter);
    }
  }
}
