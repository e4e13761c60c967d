import { type Bus, type Log, type TimerOwner, WheelTimer } from '@tandem/engine';
import type { LinkFrame, LinkReport, LinkSide } from '@tandem/messages';
import { LegLink, type LinkHost, type LinkOwner } from './leg-link.ts';

/** How long an ended leg is remembered: repeats are acknowledged, a late execute is refused. */
const TOMBSTONE_MS = 64_000;
/** Legs between this node and all others, tombstones included. */
const LINKS_MAX = 200_000;
/** Events that may wait for one node; beyond it new calls to it are refused. */
const UNACKED_PER_NODE_MAX = 10_000;
/** A leg younger than this may be unknown to the other node without fault. */
const SETTLED_AFTER_MS = 5_000;

/** A leg that is over, until nobody can ask for it any more. */
class Tombstone implements TimerOwner {
  readonly timer = new WheelTimer(this);
  readonly #bury: () => void;

  constructor(
    readonly link: LegLink | undefined,
    bury: () => void,
  ) {
    this.#bury = bury;
  }

  onTimer(): void {
    this.link?.stop();
    this.#bury();
  }
}

/** All legs between this node and the others, by key and end. */
export class LinkTable implements LinkHost {
  readonly #bus: Bus;
  readonly #log: Log;
  readonly #isConnected: () => boolean;
  readonly #links = new Map<string, LegLink>();
  readonly #bornMs = new Map<LegLink, number>();
  readonly #tombstones = new Map<string, Tombstone>();

  constructor(bus: Bus, log: Log, isConnected: () => boolean) {
    this.#bus = bus;
    this.#log = log;
    this.#isConnected = isConnected;
  }

  get wheel(): Bus['wheel'] {
    return this.#bus.wheel;
  }

  readonly monotonicMs = (): number => this.#bus.clock.monotonicMs();

  /** Legs that live. */
  get size(): number {
    return this.#links.size;
  }

  /** Ended legs that are still remembered. */
  get remembered(): number {
    return this.#tombstones.size;
  }

  /** Whether that node owes us so many acknowledgements that it gets no new calls. */
  isSwamped(node: string): boolean {
    if (this.#links.size + this.#tombstones.size >= LINKS_MAX) return true;
    let unacked = 0;
    for (const link of this.#links.values()) if (link.node === node) unacked += link.unacked;
    return unacked >= UNACKED_PER_NODE_MAX;
  }

  /** Opens one end of a leg. */
  open(
    key: string,
    side: LinkSide,
    node: string,
    boot: string | undefined,
    owner: LinkOwner,
  ): LegLink {
    const link = new LegLink(this, key, side, node, boot, owner);
    this.#links.set(idOf(key, side), link);
    this.#bornMs.set(link, this.monotonicMs());
    return link;
  }

  /** The living end of a leg. */
  find(key: string, side: LinkSide): LegLink | undefined {
    return this.#links.get(idOf(key, side));
  }

  /** Whether that leg has ended here, or was given up before it began. */
  isBuried(key: string, side: LinkSide): boolean {
    return this.#tombstones.has(idOf(key, side));
  }

  /** The owner is done with it: what still comes is acknowledged for 64 s, then it is forgotten. */
  close(link: LegLink): void {
    const id = idOf(link.key, link.side);
    if (this.#links.get(id) !== link) return;
    this.#links.delete(id);
    this.#bornMs.delete(link);
    link.close();
    this.#bury(id, link);
  }

  /** Remembers a leg that was given up before this node heard of it. */
  bury(key: string, side: LinkSide): void {
    const id = idOf(key, side);
    if (!this.#links.has(id) && !this.#tombstones.has(id)) this.#bury(id, undefined);
  }

  /** Hands a frame to its leg. */
  receive(from: string, frame: LinkFrame): void {
    const id = idOf(frame.key, frame.side);
    const link = this.#links.get(id) ?? this.#tombstones.get(id)?.link;
    if (link !== undefined) {
      if (link.node === from) link.receive(frame);
      else this.#log.warn('a node spoke of a leg that is not its own', { from, leg: frame.key });
    } else if (frame.side === 'far' && frame.event?.type === 'hangup') {
      // The call was given up before its execute came; it must not ring when it comes.
      this.bury(frame.key, 'far');
    }
  }

  /** Living legs to one boot of a node, or to any of it. */
  linksTo(node: string, boot?: string): readonly LegLink[] {
    return [...this.#links.values()].filter(
      (link) => link.node === node && (boot === undefined || link.boot === boot),
    );
  }

  /** All living legs. */
  get links(): readonly LegLink[] {
    return [...this.#links.values()];
  }

  /**
   * What the other node told of our common legs: those both know go on from there; those that
   * only we know are over. Gives what we know in return.
   */
  compare(node: string, boot: string, reports: readonly LinkReport[]): readonly LinkReport[] {
    const told = new Map(
      reports.map((report) => [idOf(report.key, opposite(report.side)), report]),
    );
    const answer: LinkReport[] = [];
    for (const link of this.linksTo(node, boot)) {
      const report = told.get(idOf(link.key, link.side));
      if (report !== undefined) {
        answer.push(link.report);
        link.heardMs = this.monotonicMs();
        link.resume(report.ack);
      } else if (this.monotonicMs() - (this.#bornMs.get(link) ?? 0) > SETTLED_AFTER_MS) {
        link.owner.onFailure('peer-silent');
      }
    }
    return answer;
  }

  transmit(link: LegLink, frame: LinkFrame): boolean {
    if (!this.#isConnected()) return false;
    const to = link.boot === undefined ? { node: link.node } : { node: link.node, boot: link.boot };
    try {
      void this.#bus.tell('leg.event', frame, { to });
      return true;
    } catch (fault) {
      this.#log.debug('an event waits for the connection', { leg: link.key, fault: String(fault) });
      return false;
    }
  }

  /** Forgets everything, at the end of the node. */
  clear(): void {
    for (const link of this.#links.values()) link.stop();
    for (const { link, timer } of this.#tombstones.values()) {
      link?.stop();
      this.wheel.stop(timer);
    }
    this.#links.clear();
    this.#bornMs.clear();
    this.#tombstones.clear();
  }

  #bury(id: string, link: LegLink | undefined): void {
    const tombstone = new Tombstone(link, () => void this.#tombstones.delete(id));
    this.#tombstones.set(id, tombstone);
    this.wheel.start(tombstone.timer, TOMBSTONE_MS);
  }
}

function idOf(key: string, side: LinkSide): string {
  return `${side} ${key}`;
}

function opposite(side: LinkSide): LinkSide {
  return side === 'near' ? 'far' : 'near';
}
