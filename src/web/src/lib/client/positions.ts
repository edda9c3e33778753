import type { Message, Position, Summary } from "./types.ts";

/** Entries of one conversation that came too early and are kept; more are dropped, the repair brings them again. */
const maxHeld = 64;

interface Track {
  epoch: string;
  seq: number;
  /** `seq` was taken from a summary or an acknowledgement, not from an entry: that entry itself may still come. */
  guess: boolean;
  /** The highest number seen behind a hole; 0 without one. */
  beyond: number;
  held: Map<number, Message>;
}

/**
 * How far each conversation was reported. All decisions go by number, so that it does not matter what the network repeats, loses
 * or reorders.
 */
export class PositionBook {
  readonly #tracks = new Map<string, Track>();

  get(conversation: string): Position | undefined {
    const track = this.#tracks.get(conversation);
    return track === undefined ? undefined : { epoch: track.epoch, seq: track.seq };
  }

  set(conversation: string, { epoch, seq }: Position): void {
    this.#tracks.set(conversation, { epoch, seq, guess: false, beyond: 0, held: new Map() });
  }

  forget(conversation: string): void {
    this.#tracks.delete(conversation);
  }

  clear(): void {
    this.#tracks.clear();
  }

  /** Conversations of which entries are known to exist that did not come. */
  get holes(): string[] {
    return [...this.#tracks].filter(([, track]) => track.beyond > 0).map(([conversation]) => conversation);
  }

  /** The positions to resume from. A conversation whose epoch is not known yet has none. */
  all(): Map<string, Position> {
    const known = [...this.#tracks].filter(([, track]) => track.epoch !== "");
    return new Map(known.map(([conversation, { epoch, seq }]) => [conversation, { epoch, seq }]));
  }

  /** Takes in an entry; answers what is to be reported now, in order. */
  accept(entry: Message): Message[] {
    const { conversation, seq } = entry;
    const track = this.#tracks.get(conversation);
    if (track === undefined) {
      this.set(conversation, { epoch: "", seq });
      return [entry];
    }

    if (seq <= track.seq && !track.guess) {
      return [];
    }

    if (seq > track.seq + 1) {
      track.beyond = Math.max(track.beyond, seq);
      if (track.held.size < maxHeld) {
        track.held.set(seq, entry);
      }

      return [];
    }

    track.guess = false;
    const ready = [entry];
    track.seq = seq;
    for (let next = track.held.get(track.seq + 1); next !== undefined; next = track.held.get(track.seq + 1)) {
      ready.push(next);
      track.seq = next.seq;
    }

    for (const early of track.held.keys()) {
      if (early <= track.seq) {
        track.held.delete(early);
      }
    }

    track.beyond = track.beyond > track.seq ? track.beyond : 0;
    return ready;
  }

  /** Learns of a conversation outside of catching up. Answers true if its log is another one now: the position starts over. */
  learn(conversation: string, epoch: string, last: number): boolean {
    const track = this.#tracks.get(conversation);
    if (track === undefined) {
      this.set(conversation, { epoch, seq: last });
      this.#tracks.get(conversation)!.guess = last > 0;
      return false;
    }

    track.epoch ||= epoch;
    if (track.epoch === epoch || epoch === "") {
      return false;
    }

    this.set(conversation, { epoch, seq: last });
    return true;
  }

  /**
   * Takes in what `sync` answers about a conversation.
   * @param sent Whether a position was sent for it.
   * @param recovered What the server says of that position.
   * @returns True when the conversation starts over.
   */
  synced(summary: Summary, sent: boolean, recovered: boolean | undefined): boolean {
    const { conversation, epoch, last } = summary;
    const track = this.#tracks.get(conversation);
    if (track === undefined) {
      this.set(conversation, { epoch, seq: last });
      return false;
    }

    if (track.epoch !== "" && track.epoch === epoch && sent && recovered !== false) {
      return false;
    }

    const missed = track.epoch !== epoch || track.seq !== last;
    this.set(conversation, { epoch, seq: last });
    return missed;
  }
}
