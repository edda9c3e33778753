import type { ChatStorage, StoredConversation, StoredPending } from "./storage.ts";

const version = 1;

/** Keeps a user's outbox and newest messages in the browser's database, one database for each user. */
export class IndexedDbStorage implements ChatStorage {
  readonly #name: string;
  readonly #factory: IDBFactory;
  #opened: Promise<IDBDatabase> | undefined;

  constructor(user: string, factory: IDBFactory = indexedDB) {
    this.#name = `orleanschat:${user}`;
    this.#factory = factory;
  }

  async conversations(): Promise<StoredConversation[]> {
    return this.#read<StoredConversation>("conversations");
  }

  putConversations(conversations: readonly StoredConversation[]): Promise<void> {
    return this.#write("conversations", (store) => conversations.forEach((conversation) => store.put(conversation)));
  }

  removeConversations(ids: readonly string[]): Promise<void> {
    return this.#write("conversations", (store) => ids.forEach((id) => store.delete(id)));
  }

  async outbox(): Promise<StoredPending[]> {
    return (await this.#read<StoredPending>("outbox")).sort((a, b) => a.order - b.order);
  }

  putPending(pending: StoredPending): Promise<void> {
    return this.#write("outbox", (store) => store.put(pending));
  }

  removePending(clientId: string): Promise<void> {
    return this.#write("outbox", (store) => store.delete(clientId));
  }

  async clear(): Promise<void> {
    await this.#write("conversations", (store) => store.clear());
    await this.#write("outbox", (store) => store.clear());
  }

  close(): void {
    const opened = this.#opened;
    this.#opened = undefined;
    opened?.then((database) => database.close(), () => undefined);
  }

  #open(): Promise<IDBDatabase> {
    this.#opened ??= new Promise<IDBDatabase>((resolve, reject) => {
      const request = this.#factory.open(this.#name, version);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("conversations", { keyPath: "conversation" });
        request.result.createObjectStore("outbox", { keyPath: "clientId" });
      };
      request.onsuccess = () => {
        // Another tab with a newer version of the page must not wait for this one.
        request.result.onversionchange = () => this.close();
        resolve(request.result);
      };
      request.onerror = () => reject(request.error ?? new Error("The database does not open."));
    });
    return this.#opened;
  }

  async #read<T>(store: string): Promise<T[]> {
    const database = await this.#open();
    return new Promise((resolve, reject) => {
      const request = database.transaction(store, "readonly").objectStore(store).getAll();
      request.onsuccess = () => resolve(request.result as T[]);
      request.onerror = () => reject(request.error ?? new Error("The database does not answer."));
    });
  }

  async #write(store: string, change: (store: IDBObjectStore) => void): Promise<void> {
    const database = await this.#open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(store, "readwrite");
      transaction.oncomplete = () => resolve();
      transaction.onerror = transaction.onabort = () => reject(transaction.error ?? new Error("The database did not take it."));
      change(transaction.objectStore(store));
    });
  }
}
