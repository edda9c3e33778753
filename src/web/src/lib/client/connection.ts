import { ChatError } from "./errors.ts";
import type { ErrorInfo } from "./errors.ts";
import type { Clock, SocketFactory, SocketLike } from "./platform.ts";
import { doorOf, readFrame, subProtocol, writeCommand } from "./wire.ts";
import type { WireEvent } from "./wire.ts";

/** What came of a command. `lost`: the connection ended or nothing came in time; it may have happened. */
export type Outcome = { ok: unknown } | { error: ErrorInfo } | { lost: true };

export interface Ending {
  code: number;
  /** Nothing came any more, so that this side gave up. */
  silent: boolean;
}

export interface ConnectionParts {
  clock: Clock;
  socket: SocketFactory;
  silence: number;
  pong: number;
  call: number;
}

interface Waiting {
  done: (outcome: Outcome) => void;
  cancel: () => void;
}

/**
 * One WebSocket from open to close: answers find their commands, silence is noticed. Everything is called back in the order in
 * which it came, an answer before the events behind it.
 */
export class Connection {
  onevent: (event: WireEvent) => void = () => undefined;
  onend: (ending: Ending) => void = () => undefined;
  readonly #parts: ConnectionParts;
  readonly #socket: SocketLike;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #open = false;
  #ended = false;
  #cancelWatch: () => void = () => undefined;

  constructor(url: string, token: string, parts: ConnectionParts) {
    this.#parts = parts;
    this.#socket = parts.socket(doorOf(url), subProtocol);
    this.#socket.onopen = () => {
      this.#open = true;
      // Not in the address, which ends in the logs of proxies.
      this.#socket.send(writeCommand(undefined, "auth", { token }));
      this.#heard();
    };
    this.#socket.onmessage = ({ data }) => {
      this.#heard();
      if (typeof data === "string") {
        this.#receive(data);
      }
    };
    this.#socket.onclose = ({ code }) => this.#end({ code, silent: false });
    this.#socket.onerror = null;
  }

  get isOpen(): boolean {
    return this.#open && !this.#ended;
  }

  /** Sends a command; `done` is called exactly once. */
  call(name: string, params: object, done: (outcome: Outcome) => void, patience = this.#parts.call): void {
    if (!this.isOpen) {
      done({ lost: true });
      return;
    }

    const id = ++this.#lastId;
    const cancel = this.#parts.clock.after(patience, () => {
      this.#waiting.delete(id);
      done({ lost: true });
    });
    this.#waiting.set(id, { done, cancel });
    this.#socket.send(writeCommand(id, name, params));
  }

  /** Sends a command whose answer nobody waits for. */
  post(name: string, params: object): void {
    if (this.isOpen) {
      this.#socket.send(writeCommand(undefined, name, params));
    }
  }

  /** Asks for a sign of life now: after the device slept, or its network changed. */
  probe(): void {
    if (this.isOpen) {
      this.#cancelWatch();
      this.#ping();
    }
  }

  /** Ends it without waiting for the other side, which may be gone. */
  abort(ending: Ending = { code: 1006, silent: true }): void {
    this.#end(ending);
  }

  #receive(frame: string): void {
    for (const object of readFrame(frame)) {
      if (this.#ended) {
        return;
      }

      if ("ev" in object) {
        this.onevent(object);
        continue;
      }

      const waiting = this.#waiting.get(object.re);
      if (waiting !== undefined) {
        this.#waiting.delete(object.re);
        waiting.cancel();
        waiting.done("ok" in object ? { ok: object.ok } : { error: object.error });
      }
    }
  }

  #heard(): void {
    this.#cancelWatch();
    this.#cancelWatch = this.#ended ? () => undefined : this.#parts.clock.after(this.#parts.silence, () => this.#ping());
  }

  #ping(): void {
    this.#cancelWatch = this.#parts.clock.after(this.#parts.pong, () => this.abort());
    const id = ++this.#lastId;
    this.#waiting.set(id, { done: () => undefined, cancel: () => undefined });
    this.#socket.send(writeCommand(id, "ping", {}));
  }

  #end(ending: Ending): void {
    if (this.#ended) {
      return;
    }

    this.#ended = true;
    this.#cancelWatch();
    this.#socket.onopen = null;
    this.#socket.onmessage = null;
    this.#socket.onclose = null;
    this.#socket.close();
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { cancel, done } of waiting) {
      cancel();
      done({ lost: true });
    }

    this.onend(ending);
  }
}

/** An outcome as a value or an exception. */
export function valueOf<T>(outcome: Outcome, command: string): T {
  if ("ok" in outcome) {
    return outcome.ok as T;
  }

  throw "error" in outcome ? new ChatError(outcome.error) : ChatError.unavailable(`No answer to ${command}.`);
}
