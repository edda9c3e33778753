import type { Answer, CommandName, Params } from "./commands.ts";
import { valueOf } from "./connection.ts";
import type { Connection, Outcome } from "./connection.ts";
import { ConversationList } from "./conversation-list.ts";
import { Emitter } from "./emitter.ts";
import { ChatError } from "./errors.ts";
import type { EventName, Handler } from "./events.ts";
import { Gate } from "./gate.ts";
import { IndexedDbStorage } from "./indexeddb.ts";
import { Inbox } from "./inbox.ts";
import { Keeper } from "./keeper.ts";
import { Link } from "./link.ts";
import { Marks } from "./marks.ts";
import { newestFirst } from "./names.ts";
import { defaultTimings } from "./options.ts";
import type { ChatClientOptions, Timings } from "./options.ts";
import { Outbox } from "./outbox.ts";
import type { OutgoingMessage, PendingMessage } from "./outbox-types.ts";
import { LockOwners, UnknownOwners } from "./owners.ts";
import { browserNetwork, browserSocket, systemClock } from "./platform.ts";
import { PositionBook } from "./positions.ts";
import type { ConnectionState } from "./state.ts";
import { MemoryStorage } from "./storage.ts";
import type { ChatStorage } from "./storage.ts";
import type { Timeline } from "./timeline.ts";
import type { Hello, HistoryPage, Position, Summary, Watermark } from "./types.ts";
import { WatermarkBook } from "./watermarks.ts";
import { byteLength, doorOf, frameOverhead } from "./wire.ts";

/**
 * A chat client that stays connected: it goes to another node when it loses one, resumes from what it has reported, and resends
 * what was not acknowledged. The program sees each entry once, in order, whatever the network does.
 */
export class ChatClient {
  readonly user: string;
  readonly #timings: Timings;
  readonly #emitter = new Emitter();
  readonly #positions = new PositionBook();
  readonly #list: ConversationList;
  readonly #keeper: Keeper;
  readonly #link: Link;
  readonly #gate: Gate;
  readonly #inbox: Inbox;
  readonly #outbox: Outbox;
  readonly #marks: Marks;
  readonly #watermarks: WatermarkBook;
  readonly #fresh: boolean;
  #hello: Hello | undefined;

  constructor(options: ChatClientOptions) {
    options.urls.forEach(doorOf);
    if (options.urls.length === 0) {
      throw new Error("No address of a node is given.");
    }

    const { clock = systemClock, random = Math.random, network = browserNetwork, socket = browserSocket, token } = options;
    this.user = options.user.toLowerCase();
    this.#fresh = options.fresh === true;
    this.#timings = { ...defaultTimings, ...options.timings };
    const storage = options.storage ?? defaultStorage(this.user);
    const timings = this.#timings;
    this.#list = new ConversationList(this.user);
    this.#marks = new Marks(clock);
    this.#gate = new Gate(clock);
    this.#keeper = new Keeper({
      storage, clock, timings, list: this.#list, positions: this.#positions,
      failed: (error) => this.#emitter.emit("storage", { error }),
    });
    this.#watermarks = new WatermarkBook(
      (conversation, after) => this.request("receipts", { conversation, limit: 200, ...(after === undefined ? {} : { after }) }),
      (conversation, watermark) => this.#emitter.emit("receipt", { conversation, ...watermark }),
    );
    this.#outbox = new Outbox({
      storage, clock, random, timings,
      owners: typeof navigator !== "undefined" && navigator.locks ? new LockOwners(this.user, navigator.locks) : new UnknownOwners(),
      lastSeen: (conversation) => this.#positions.get(conversation)?.seq ?? 0,
      changed: (pending) => this.#emitter.emit("outbox", { pending }),
      acknowledged: (ack) => this.#inbox.learn(ack.conversation, ack.epoch, ack.seq - 1),
      storageFailed: (error) => this.#keeper.fail(error),
    });
    this.#inbox = new Inbox({
      user: this.user,
      clock,
      timings,
      emitter: this.#emitter,
      positions: this.#positions,
      list: this.#list,
      keeper: this.#keeper,
      outbox: this.#outbox,
      marks: this.#marks,
      watermarks: this.#watermarks,
      autoDelivered: options.autoDelivered !== false,
    });
    this.#link = new Link(
      { urls: options.urls, token: typeof token === "string" ? () => token : token, clock, random, socket, network, timings },
      {
        state: (state) => this.#emitter.emit("state", state),
        hello: (hello, connection, caughtUp) => this.#greeted(hello, connection, caughtUp),
        event: (event) => this.#inbox.receive(event),
        lost: () => this.#lost(),
      },
    );
  }

  get state(): ConnectionState {
    return this.#link.state;
  }

  /** What the node said when it was last connected to: limits, session, node. */
  get hello(): Hello | undefined {
    return this.#hello;
  }

  /** Listens; the answer ends that. */
  on<K extends EventName>(event: K, handler: Handler<K>): () => void {
    return this.#emitter.on(event, handler);
  }

  /** Reads what is stored (`restored`), connects and stays connected (`ready`, `message` ...). */
  connect(): void {
    void this.#start();
  }

  /** Does not wait any longer for the next attempt. */
  retryNow(): void {
    this.#link.retryNow();
  }

  /** Ends the client. What is stored stays: another client goes on from there. */
  close(): void {
    this.#link.close();
    this.#outbox.close();
    void this.#keeper.close();
  }

  /** Ends the client and forgets everything that is stored for this user, unsent messages too. */
  async signOut(): Promise<void> {
    this.#link.close();
    this.#outbox.close();
    this.#list.clear();
    this.#positions.clear();
    await this.#keeper.clear();
  }

  /**
   * Sends a command and waits for its answer; without a connection it waits for one first. It is sent once: a command whose
   * connection ends before the answer fails as `unavailable` and may have happened.
   * @throws {ChatError}
   */
  async request<K extends CommandName>(name: K, params: Params<K>): Promise<Answer<K>> {
    const connection = await this.#gate.connection(this.#timings.call);
    if (this.#hello !== undefined && byteLength(JSON.stringify(params)) > this.#hello.limits.frame - frameOverhead) {
      // The server would close the connection over it.
      throw ChatError.tooLarge();
    }

    const outcome = await new Promise<Outcome>((resolve) => connection.call(name, params, resolve));
    return valueOf<Answer<K>>(outcome, name);
  }

  /** Puts a message into the outbox, from where it is sent, however long that takes. Progress comes as `outbox` events. */
  send(message: OutgoingMessage): PendingMessage {
    if (this.state.status === "closed") {
      throw new ChatError({ code: 4010, name: "unauthenticated", message: "The client was closed.", retry: false });
    }

    // A copy of plain data: what the caller holds may change, or be of a kind that cannot be stored.
    return this.#outbox.add(JSON.parse(JSON.stringify(message)) as OutgoingMessage);
  }

  /** Own messages whose entry has not been reported yet, in order: `pending`, `sent` and `failed` ones. */
  pending(conversation?: string): PendingMessage[] {
    return this.#outbox.pending(conversation);
  }

  /** Sends a failed message again. */
  retry(clientId: string): void {
    this.#outbox.retry(clientId);
  }

  /** Gives a message up. One that is on its way may arrive all the same. */
  discard(clientId: string): void {
    this.#outbox.discard(clientId);
  }

  /** A page of messages, oldest first: the newest, or those before or after a number. */
  async history(conversation: string, range: { before?: number; after?: number; limit?: number } = {}): Promise<HistoryPage> {
    if (range.before !== undefined || range.after !== undefined) {
      return this.request("history", { conversation, ...range });
    }

    const loaded = this.#list.load(conversation);
    try {
      const page = await this.request("history", { conversation, ...range });
      this.#list.page(conversation, page);
      this.#keeper.changed();
      return page;
    } finally {
      loaded();
    }
  }

  /** All conversations as of now, newest first. */
  conversations(): Summary[] {
    return this.#list.summaries.sort(newestFirst);
  }

  conversation(conversation: string): Summary | undefined {
    return this.#list.get(conversation);
  }

  /** How far a conversation was reported. */
  position(conversation: string): Position | undefined {
    return this.#positions.get(conversation);
  }

  /** The newest messages of a conversation as far as they are at hand, also before there is a connection. `clone` it to load more. */
  cached(conversation: string): Timeline | undefined {
    const timeline = this.#list.timeline(conversation);
    return timeline?.isLoaded === true ? timeline : undefined;
  }

  /** Marks everything up to a number as read, here at once and on the server as soon as possible. */
  read(conversation: string, seq: number): void {
    const summary = this.#list.read(conversation, seq);
    if (summary !== undefined) {
      this.#marks.read(conversation, summary.read);
      this.#keeper.changed();
      this.#emitter.emit("conversation", { summary });
    }
  }

  /** Tells the others that the user writes: call it with every key, it is sent every 3 seconds. */
  typing(conversation: string): void {
    this.#marks.typing(conversation);
  }

  /** How far the members have come: asked for once, kept up to date then; see `receipt`. */
  watermarks(conversation: string): Promise<Watermark[]> {
    return this.#watermarks.get(conversation);
  }

  async #start(): Promise<void> {
    if (this.#keeper.started) {
      return;
    }

    await this.#keeper.restore(this.#fresh);
    await this.#outbox.restore();
    this.#emitter.emit("restored", { conversations: this.conversations() });
    this.#link.start();
  }

  #greeted(hello: Hello, connection: Connection, caughtUp: () => void): void {
    if (hello.user !== this.user) {
      this.#link.close("bad_token");
      return;
    }

    this.#hello = hello;
    this.#inbox.catchUp(connection, hello, () => {
      caughtUp();
      this.#gate.open(connection);
      this.#emitter.emit("ready", { hello, conversations: this.conversations() });
      this.#marks.attach(connection);
      this.#outbox.attach(connection, hello.limits);
      void this.#watermarks.refresh();
    });
  }

  #lost(): void {
    this.#inbox.detach();
    this.#marks.detach();
    this.#outbox.detach();
    if (this.state.status === "closed") {
      this.#gate.end(ChatError.unavailable("The client is closed."));
    } else {
      this.#gate.shut();
    }
  }
}

const defaultStorage = (user: string): ChatStorage => (typeof indexedDB === "undefined" ? new MemoryStorage() : new IndexedDbStorage(user));
