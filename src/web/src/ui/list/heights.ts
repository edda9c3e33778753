/**
 * Heights of the rows of a long list, most of them never drawn. A row that has not been measured counts with an estimate;
 * measured heights are kept by key, so they survive rows being put in front.
 */
export class Heights {
  private readonly measured = new Map<string, number>();
  private keys: readonly string[] = [];
  private indexes = new Map<string, number>();
  private tops = new Float64Array(1);
  private staleFrom = 0;

  constructor(private readonly estimate: (key: string) => number) {}

  get count(): number {
    return this.keys.length;
  }

  get total(): number {
    return this.top(this.keys.length);
  }

  /** Takes the rows in their order. */
  setKeys(keys: readonly string[]): void {
    this.keys = keys;
    this.indexes = new Map(keys.map((key, index) => [key, index]));
    this.tops = new Float64Array(keys.length + 1);
    this.staleFrom = 0;
  }

  /** Notes a drawn row's height; true when it is news. */
  measure(key: string, height: number): boolean {
    if (Math.abs((this.measured.get(key) ?? -1) - height) < 0.5) {
      return false;
    }

    this.measured.set(key, height);
    const index = this.indexes.get(key);
    if (index !== undefined) {
      this.staleFrom = Math.min(this.staleFrom, index);
    }

    return true;
  }

  /** Drops what was measured: the width has changed. */
  forget(): void {
    this.measured.clear();
    this.staleFrom = 0;
  }

  key(index: number): string | undefined {
    return this.keys[index];
  }

  indexOf(key: string): number {
    return this.indexes.get(key) ?? -1;
  }

  /** Where the row begins, in pixels from the list's beginning. */
  top(index: number): number {
    if (this.staleFrom < this.keys.length) {
      for (let at = this.staleFrom; at < this.keys.length; at++) {
        const key = this.keys[at]!;
        this.tops[at + 1] = this.tops[at]! + (this.measured.get(key) ?? this.estimate(key));
      }

      this.staleFrom = this.keys.length;
    }

    return this.tops[Math.max(0, Math.min(index, this.keys.length))]!;
  }

  /** The row at a place; the last one for places beyond the end. */
  at(offset: number): number {
    let low = 0;
    let high = this.keys.length - 1;
    this.top(0);
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.tops[middle]! <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }

    return low;
  }

  /** The rows to draw for a viewport: those seen and some more on each side. */
  range(scrollTop: number, viewport: number, margin: number): { from: number; to: number } {
    if (this.keys.length === 0) {
      return { from: 0, to: 0 };
    }

    return { from: this.at(Math.max(0, scrollTop - margin)), to: this.at(scrollTop + viewport + margin) + 1 };
  }
}

/** A row and how far below the viewport's upper edge it begins: what must not move when rows come or grow above it. */
export interface Anchor {
  key: string;
  offset: number;
}

/** The first row from the upper edge on that may serve; a line between two days, for one, moves away when older rows come. */
export function anchorAt(heights: Heights, scrollTop: number, serves: (key: string) => boolean = () => true): Anchor | undefined {
  const first = heights.at(scrollTop);
  let index = first;
  while (index < heights.count - 1 && !serves(heights.key(index)!)) {
    index++;
  }

  const key = heights.key(index);
  return key === undefined ? undefined : { key, offset: heights.top(index) - scrollTop };
}

/** The scroll position that keeps the anchor where it was; undefined when its row is gone. */
export function scrollTopFor(heights: Heights, anchor: Anchor): number | undefined {
  const index = heights.indexOf(anchor.key);
  return index < 0 ? undefined : Math.max(0, heights.top(index) - anchor.offset);
}
