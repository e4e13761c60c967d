import type { LegState } from '@tandem/messages';

/** What the table knows of a leg. */
export interface TabledLeg {
  readonly id: string;
  readonly direction: 'incoming' | 'outgoing';
  readonly state: LegState;
  readonly callId: string;
}

/** The legs that live on this node, until their last word. */
export class LegTable {
  readonly #legs = new Map<string, TabledLeg>();
  readonly #emptied: (() => void)[] = [];
  readonly #waits: { readonly left: Set<string>; readonly tell: () => void }[] = [];

  get size(): number {
    return this.#legs.size;
  }

  add(leg: TabledLeg): void {
    this.#legs.set(leg.id, leg);
  }

  remove(leg: TabledLeg): void {
    this.#legs.delete(leg.id);
    this.#tellWaits(leg.id);
    if (this.#legs.size === 0) for (const tell of this.#emptied.splice(0)) tell();
  }

  /** The leg with that Call-ID; ids of dialogs are asked for so rarely that none is kept by them. */
  findByCallId(callId: string): string | undefined {
    for (const leg of this.#legs.values()) if (leg.callId === callId) return leg.id;
    return undefined;
  }

  /** How many legs of that direction live. */
  count(direction: 'incoming' | 'outgoing'): number {
    let count = 0;
    for (const leg of this.#legs.values()) if (leg.direction === direction) count++;
    return count;
  }

  /** Calls `tell` as soon as none of the legs that live now is left, which may be now. */
  whenThoseGone(tell: () => void): void {
    const left = new Set(this.#legs.keys());
    if (left.size === 0) tell();
    else this.#waits.push({ left, tell });
  }

  /** Calls `tell` as soon as there is no leg, which may be now. */
  whenEmpty(tell: () => void): void {
    if (this.#legs.size === 0) tell();
    else this.#emptied.push(tell);
  }

  #tellWaits(id: string): void {
    for (const wait of this.#waits) wait.left.delete(id);
    const isOver = ({ left }: { left: ReadonlySet<string> }): boolean => left.size === 0;
    const over = this.#waits.filter(isOver);
    for (const wait of over) this.#waits.splice(this.#waits.indexOf(wait), 1);
    for (const { tell } of over) tell();
  }
}
