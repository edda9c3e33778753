import type { Connection } from "./connection.ts";
import type { Clock } from "./platform.ts";

/** Marks go out at most so often. */
const every = 500;

/** So many conversations at a time: the server counts commands. */
const atOnce = 40;
const typingEvery = 3000;

/** Gathers the own marks (`read`, `delivered`) and sends the highest of each conversation; what had no answer goes out again. */
export class Marks {
  readonly #clock: Clock;
  readonly #read = new Map<string, number>();
  readonly #delivered = new Map<string, number>();
  readonly #typed = new Map<string, number>();
  #connection: Connection | undefined;
  #scheduled = false;
  #cancel: () => void = () => undefined;
  #last = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  read(conversation: string, seq: number): void {
    raise(this.#read, conversation, seq);
    if ((this.#delivered.get(conversation) ?? 0) <= seq) {
      this.#delivered.delete(conversation);
    }

    this.#schedule();
  }

  delivered(conversation: string, seq: number): void {
    if ((this.#read.get(conversation) ?? 0) < seq) {
      raise(this.#delivered, conversation, seq);
      this.#schedule();
    }
  }

  typing(conversation: string): void {
    const now = this.#clock.now();
    if (this.#connection?.isOpen === true && now - (this.#typed.get(conversation) ?? -Infinity) >= typingEvery) {
      this.#typed.set(conversation, now);
      this.#connection.post("typing", { conversation });
    }
  }

  forget(conversation: string): void {
    this.#read.delete(conversation);
    this.#delivered.delete(conversation);
  }

  attach(connection: Connection): void {
    this.#connection = connection;
    this.#schedule();
  }

  detach(): void {
    this.#connection = undefined;
    this.#cancel();
    this.#scheduled = false;
  }

  #schedule(): void {
    if (!this.#scheduled && this.#connection !== undefined && this.#read.size + this.#delivered.size > 0) {
      this.#scheduled = true;
      const wait = Math.max(this.#last + every - this.#clock.now(), 0);
      this.#cancel = this.#clock.after(wait, () => {
        this.#scheduled = false;
        this.#last = this.#clock.now();
        this.#flush("read", this.#read);
        this.#flush("delivered", this.#delivered);
        this.#schedule();
      });
    }
  }

  #flush(command: "read" | "delivered", marks: Map<string, number>): void {
    for (const [conversation, seq] of [...marks].slice(0, atOnce)) {
      marks.delete(conversation);
      this.#connection?.call(command, { conversation, seq }, (outcome) => {
        if ("lost" in outcome || ("error" in outcome && outcome.error.retry)) {
          raise(marks, conversation, seq);
          this.#schedule();
        }
      });
    }
  }
}

function raise(marks: Map<string, number>, conversation: string, seq: number): void {
  marks.set(conversation, Math.max(marks.get(conversation) ?? 0, seq));
}
