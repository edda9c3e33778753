import type { ClientEvents, EventName, Handler } from "./events.ts";

/** Who listens to what. A listener that throws is reported to the host and hinders nobody else. */
export class Emitter {
  readonly #handlers = new Map<EventName, Set<Handler<never>>>();

  on<K extends EventName>(event: K, handler: Handler<K>): () => void {
    const handlers = this.#handlers.get(event) ?? new Set();
    this.#handlers.set(event, handlers);
    handlers.add(handler as Handler<never>);
    return () => handlers.delete(handler as Handler<never>);
  }

  emit<K extends EventName>(event: K, happened: ClientEvents[K]): void {
    for (const handler of [...(this.#handlers.get(event) ?? [])] as Handler<K>[]) {
      try {
        handler(happened);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
