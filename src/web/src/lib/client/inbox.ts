import type { Connection } from "./connection.ts";
import type { ConversationList } from "./conversation-list.ts";
import type { Emitter } from "./emitter.ts";
import type { Keeper } from "./keeper.ts";
import type { Marks } from "./marks.ts";
import { isContent } from "./names.ts";
import type { Timings } from "./options.ts";
import type { Outbox } from "./outbox.ts";
import type { Clock } from "./platform.ts";
import type { PositionBook } from "./positions.ts";
import type { Hello, Message, Position, Summary, SyncResult } from "./types.ts";
import type { WatermarkBook } from "./watermarks.ts";
import { frameOverhead } from "./wire.ts";
import type { WireEvent } from "./wire.ts";

export interface InboxParts {
  user: string;
  clock: Clock;
  timings: Timings;
  emitter: Emitter;
  positions: PositionBook;
  list: ConversationList;
  keeper: Keeper;
  outbox: Outbox;
  marks: Marks;
  watermarks: WatermarkBook;
  autoDelivered: boolean;
}

/**
 * Everything that the server sends passes here and leaves as the program's events: each entry once, in order. What is missing is
 * asked for by `sync`, not by `history`, because history leaves out the entries that change earlier messages.
 */
export class Inbox {
  readonly #parts: InboxParts;
  #connection: Connection | undefined;
  #hello: Hello | undefined;
  #cancelRepair: (() => void) | undefined;
  /** Conversations whose summary changed and was not reported yet. */
  readonly #moved = new Set<string>();

  constructor(parts: InboxParts) {
    this.#parts = parts;
  }

  /** Says the positions over a new connection. The answer takes effect before anything that the server sent behind it. */
  catchUp(connection: Connection, hello: Hello, done: () => void): void {
    this.#connection = connection;
    this.#hello = hello;
    this.#sync(connection, hello.limits.frame, done);
  }

  detach(): void {
    this.#connection = undefined;
    this.#cancelRepair?.();
    this.#cancelRepair = undefined;
  }

  receive(event: WireEvent): void {
    const { emitter, list, watermarks, user } = this.#parts;
    switch (event.ev) {
      case "message":
        this.#message(event.message);
        break;
      case "conversation":
        this.learn(event.summary.conversation, event.summary.epoch, event.summary.last);
        emitter.emit("conversation", { summary: list.put(event.summary, false) });
        this.#parts.keeper.changed();
        break;
      case "conversation.removed":
        this.#removed(event.conversation);
        break;
      case "receipt": {
        const { conversation, read, delivered } = event;
        const summary = event.user === user ? list.read(conversation, read) : undefined;
        watermarks.raise(conversation, { user: event.user, read, delivered });
        this.#changed(summary);
        break;
      }
      case "typing":
        emitter.emit("typing", { conversation: event.conversation, from: event.from });
        break;
      case "presence": {
        const { ev: _, ...presence } = event;
        emitter.emit("presence", presence);
        break;
      }
      case "contact":
        emitter.emit("contact", { user: event.user, on: event.on });
        break;
      default:
        break;
    }
  }

  /** Learns of a conversation from a summary or an acknowledgement. */
  learn(conversation: string, epoch: string, last: number): void {
    if (this.#parts.positions.learn(conversation, epoch, last)) {
      this.#reset(conversation);
    }
  }

  #message(entry: Message): void {
    const { positions } = this.#parts;
    positions.accept(entry).forEach((ready) => this.#report(ready));
    if (positions.holes.length > 0) {
      this.#cancelRepair ??= this.#parts.clock.after(this.#parts.timings.hole, () => this.#repair());
    }
  }

  #report(entry: Message): void {
    const { emitter, list, outbox, marks, keeper, user } = this.#parts;
    const own = entry.from === user;
    if (own && isContent(entry)) {
      outbox.arrived(entry);
    } else if (isContent(entry) && this.#parts.autoDelivered) {
      marks.delivered(entry.conversation, entry.seq);
    }

    const before = list.get(entry.conversation);
    const summary = list.apply(entry);
    outbox.passed(entry.conversation, entry.seq);
    emitter.emit("message", { message: entry });
    keeper.changed();
    if (summary !== before) {
      this.#changed(summary);
    }
  }

  /** Asks again for what did not come. If that does not bring it, the connection is given up: the next one resumes from the same positions. */
  #repair(): void {
    const connection = this.#connection;
    this.#cancelRepair = undefined;
    if (connection === undefined || this.#parts.positions.holes.length === 0) {
      return;
    }

    this.#cancelRepair = this.#parts.clock.after(this.#parts.timings.connect, () => {
      this.#cancelRepair = undefined;
      if (this.#parts.positions.holes.length > 0) {
        connection.abort();
      }
    });
    this.#sync(connection, this.#hello?.limits.frame ?? 0, () => undefined);
  }

  #sync(connection: Connection, frame: number, done: () => void): void {
    const positions = this.#fitting(frame);
    connection.call("sync", { positions }, (outcome) => {
      if ("ok" in outcome) {
        this.#synced(positions, outcome.ok as SyncResult);
        done();
      } else {
        connection.abort({ code: 1006, silent: false });
      }
    }, this.#parts.timings.connect);
  }

  /** The positions that fit into a frame: of the liveliest conversations. The others start over. */
  #fitting(frame: number): Record<string, Position> {
    const { positions, list } = this.#parts;
    const holes = new Set(positions.holes);
    const rank = (conversation: string): number =>
      holes.has(conversation) ? Infinity : list.get(conversation)?.lastMessage?.at ?? 0;
    const all = [...positions.all()].sort(([a], [b]) => (rank(a) === rank(b) ? 0 : rank(b) - rank(a)));
    let room = frame - frameOverhead;
    const fitting = all.filter(([conversation, position]) => {
      room -= conversation.length + JSON.stringify(position).length + 4;
      return room >= 0;
    });
    return Object.fromEntries(fitting);
  }

  #synced(sent: Record<string, Position>, { conversations, recovered }: SyncResult): void {
    const { positions, list, marks, keeper } = this.#parts;
    const listed = new Set(conversations.map((summary) => summary.conversation));
    const gone = new Set([...list.summaries.map((summary) => summary.conversation), ...Object.keys(sent)]);
    const resets: string[] = [];
    for (const summary of conversations) {
      const { conversation } = summary;
      gone.delete(conversation);
      if (positions.synced(summary, conversation in sent, recovered[conversation])) {
        resets.push(conversation);
      }

      list.put(summary, true);
      this.#markArrived(summary, marks);
    }

    resets.forEach((conversation) => this.#reset(conversation));
    for (const conversation of gone) {
      // One that the user has just written to is not listed before it has its first message.
      if (!listed.has(conversation) && recovered[conversation] !== true) {
        this.#removed(conversation);
      }
    }

    keeper.changed();
  }

  #markArrived({ conversation, last, delivered, lastMessage }: Summary, marks: Marks): void {
    if (this.#parts.autoDelivered && lastMessage !== undefined && lastMessage.from !== this.#parts.user && delivered < last) {
      marks.delivered(conversation, last);
    }
  }

  #reset(conversation: string): void {
    const { positions, list, outbox, emitter, keeper } = this.#parts;
    const { epoch, seq } = positions.get(conversation) ?? { epoch: "", seq: 0 };
    list.reset(conversation);
    outbox.passed(conversation, seq);
    emitter.emit("reset", { conversation, epoch, seq });
    keeper.changed();
  }

  #removed(conversation: string): void {
    const { positions, list, marks, watermarks, emitter, keeper } = this.#parts;
    positions.forget(conversation);
    marks.forget(conversation);
    watermarks.forget(conversation);
    if (list.remove(conversation)) {
      emitter.emit("conversation.removed", { conversation });
      keeper.changed();
    }
  }

  /** Says it once for everything that a frame brings: a replay may bring thousands of entries. */
  #changed(summary: Summary | undefined): void {
    if (summary === undefined) {
      return;
    }

    this.#parts.keeper.changed();
    if (this.#moved.size === 0) {
      queueMicrotask(() => {
        const moved = [...this.#moved];
        this.#moved.clear();
        for (const conversation of moved) {
          const now = this.#parts.list.get(conversation);
          if (now !== undefined) {
            this.#parts.emitter.emit("conversation", { summary: now });
          }
        }
      });
    }

    this.#moved.add(summary.conversation);
  }
}
