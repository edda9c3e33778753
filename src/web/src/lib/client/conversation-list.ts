import { isContent } from "./names.ts";
import type { StoredConversation } from "./storage.ts";
import { forward } from "./summaries.ts";
import { Timeline } from "./timeline.ts";
import type { HistoryPage, Message, Position, Summary } from "./types.ts";

/** Messages of a conversation that are kept for the next start. */
const kept = 60;

interface Entry {
  summary: Summary;
  timeline: Timeline;
}

/** The user's conversations as of now: the server's summaries, brought forward by every entry and read mark, and their newest messages. */
export class ConversationList {
  readonly #me: string;
  readonly #entries = new Map<string, Entry>();
  readonly #dirty = new Set<string>();
  readonly #gone = new Set<string>();
  /** How often the newest page of a conversation is being loaded. */
  readonly #loading = new Map<string, number>();

  constructor(me: string) {
    this.#me = me;
  }

  get summaries(): Summary[] {
    return [...this.#entries.values()].map((entry) => entry.summary);
  }

  get(conversation: string): Summary | undefined {
    return this.#entries.get(conversation)?.summary;
  }

  timeline(conversation: string): Timeline | undefined {
    return this.#entries.get(conversation)?.timeline;
  }

  /** Takes in what was kept. */
  restore(stored: StoredConversation, withMessages: boolean): void {
    const timeline = new Timeline(stored.conversation);
    if (withMessages && stored.messages.length > 0) {
      timeline.restore(stored);
    }

    this.#entries.set(stored.conversation, { summary: stored.summary, timeline });
  }

  /** Takes in a summary from the server. What is known beyond it already stays. */
  put(summary: Summary, fresh: boolean): Summary {
    const entry = this.#entries.get(summary.conversation);
    const known = entry?.summary;
    let next = summary;
    if (!fresh && known !== undefined && known.epoch === summary.epoch) {
      const newer = known.last > summary.last;
      next = {
        ...summary,
        ...(newer ? { last: known.last, unread: known.unread, ...(known.lastMessage ? { lastMessage: known.lastMessage } : {}) } : {}),
        read: Math.max(known.read, summary.read),
        delivered: Math.max(known.delivered, summary.delivered),
      };
    }

    const timeline = entry?.timeline ?? new Timeline(summary.conversation);
    timeline.epoch ||= timeline.isLoaded ? summary.epoch : "";
    this.#entries.set(summary.conversation, { summary: next, timeline });
    this.#touch(summary.conversation);
    return next;
  }

  remove(conversation: string): boolean {
    this.#dirty.delete(conversation);
    this.#gone.add(conversation);
    return this.#entries.delete(conversation);
  }

  /** Forgets the messages of a conversation that starts over. */
  reset(conversation: string): void {
    this.#entries.get(conversation)?.timeline.clear();
    this.#touch(conversation);
  }

  /** From now until the answer is called entries are kept for a page that is on its way. */
  load(conversation: string): () => void {
    this.#loading.set(conversation, (this.#loading.get(conversation) ?? 0) + 1);
    return () => {
      const left = (this.#loading.get(conversation) ?? 1) - 1;
      const timeline = this.timeline(conversation);
      if (left > 0) {
        this.#loading.set(conversation, left);
      } else {
        this.#loading.delete(conversation);
        if (timeline?.isLoaded === false) {
          timeline.clear();
        }
      }
    };
  }

  page(conversation: string, page: HistoryPage): void {
    const timeline = this.timeline(conversation);
    if (timeline !== undefined) {
      if (!timeline.addPage(page)) {
        timeline.clear();
        timeline.addPage(page);
      }

      timeline.trim(kept);
      this.#touch(conversation);
    }
  }

  /** Brings a conversation forward by an entry; answers its summary if there is one. */
  apply(entry: Message): Summary | undefined {
    const conversation = this.#entries.get(entry.conversation);
    if (conversation === undefined) {
      return undefined;
    }

    const wanted = conversation.timeline.isLoaded || this.#loading.has(entry.conversation);
    if (wanted && !conversation.timeline.apply(entry)) {
      conversation.timeline.clear();
    }

    conversation.timeline.trim(kept * 2);
    conversation.summary = forward(conversation.summary, entry, this.#me);
    this.#touch(entry.conversation);
    return conversation.summary;
  }

  /** The own read mark rose, here or on another device. */
  read(conversation: string, seq: number): Summary | undefined {
    const entry = this.#entries.get(conversation);
    if (entry === undefined) {
      return undefined;
    }

    const { summary, timeline } = entry;
    // A page of history may be ahead of the entries that have arrived: what has not arrived is read when it does.
    const read = Math.min(seq, summary.last);
    if (read <= summary.read) {
      return undefined;
    }

    // What is read and unread is counted where all of it is at hand; else the server's number stays until it says another.
    const counted = timeline.isLoaded && timeline.from <= read + 1
      ? timeline.messages.filter((message) => message.seq > read && isContent(message) && message.from !== this.#me).length
      : summary.unread;
    const unread = read >= summary.last ? 0 : counted;
    entry.summary = { ...summary, read, delivered: Math.max(read, summary.delivered), unread };
    this.#touch(conversation);
    return entry.summary;
  }

  /** What has changed since the last call, ready to be stored. */
  takeChanges(now: number, position: (conversation: string) => Position | undefined): { put: StoredConversation[]; remove: string[] } {
    const put = [...this.#dirty].flatMap((conversation) => {
      const entry = this.#entries.get(conversation);
      const at = position(conversation);
      if (entry === undefined || at === undefined || at.epoch === "") {
        return [];
      }

      const { timeline, summary } = entry;
      timeline.trim(kept);
      const whole = timeline.isLoaded && timeline.epoch === at.epoch;
      return [{
        conversation,
        summary,
        epoch: at.epoch,
        seq: at.seq,
        savedAt: now,
        from: whole ? timeline.from : at.seq + 1,
        to: whole ? timeline.to : at.seq,
        more: timeline.more,
        messages: whole ? [...timeline.messages] : [],
      }];
    });
    const remove = [...this.#gone].filter((conversation) => !this.#entries.has(conversation));
    this.#dirty.clear();
    this.#gone.clear();
    return { put, remove };
  }

  clear(): void {
    this.#entries.clear();
    this.#dirty.clear();
    this.#gone.clear();
  }

  #touch(conversation: string): void {
    this.#dirty.add(conversation);
    this.#gone.delete(conversation);
  }
}
