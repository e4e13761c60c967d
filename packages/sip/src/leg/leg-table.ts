import type { LegState } from '@tandem/messages';

/** What the table knows of a leg. */
export interface TabledLeg {
  readonly id: string;
  readonly direction: 'incoming' | 'outgoing';
  readonly state: LegState;
}

/** The legs that live on this node, until their last word. */
export class LegTable {
  readonly #legs = new Map<string, TabledLeg>();
  readonly #emptied: (() => void)[] = [];

  get size(): number {
    return this.#legs.size;
  }

  add(leg: TabledLeg): void {
    this.#legs.set(leg.id, leg);
  }

  remove(leg: TabledLeg): void {
    this.#legs.delete(leg.id);
    if (this.#legs.size === 0) for (const tell of this.#emptied.splice(0)) tell();
  }

  /** How many legs of that direction live. */
  count(direction: 'incoming' | 'outgoing'): number {
    let count = 0;
    for (const leg of this.#legs.values()) if (leg.direction === direction) count++;
    return count;
  }

  /** Calls `tell` as soon as there is no leg, which may be now. */
  whenEmpty(tell: () => void): void {
    if (this.#legs.size === 0) tell();
    else this.#emptied.push(tell);
  }
}
