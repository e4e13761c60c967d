import { type Bus, type Log, type TimerOwner, WheelTimer } from '@tandem/engine';
import type { LinkFrame, LinkReport, LinkSide } from '@tandem/messages';
import { LegLink, type LinkHost, type LinkOwner } from './leg-link.ts';

/** How long an ended leg is remembered: repeats are acknowledged, a late execute is refused. */
const TOMBSTONE_MS = 64_000;
/** Legs between this node and all others, tombstones included. */
const LINKS_MAX = 200_000;
/** What may wait for one node; beyond it new calls to it are refused. */
const BACKLOG_EVENTS_MAX = 10_000;
const BACKLOG_BYTES_MAX = 16 * 1024 * 1024;

/** A leg that is over, until nobody can ask for it any more. */
class Tombstone implements TimerOwner {
  readonly timer = new WheelTimer(this);
  readonly #table: LinkTable;

  constructor(
    table: LinkTable,
    readonly id: string,
    /** Undefined for a leg that was given up before it was heard of. */
    readonly link: LegLink | undefined,
  ) {
    this.#table = table;
  }

  onTimer(): void {
    this.#table.forget(this);
  }
}

interface Backlog {
  events: number;
  bytes: number;
}

/** All legs between this node and the others, by key and end. */
export class LinkTable implements LinkHost {
  readonly #bus: Bus;
  readonly #log: Log;
  readonly #isConnected: () => boolean;
  readonly #links = new Map<string, LegLink>();
  readonly #tombstones = new Map<string, Tombstone>();
  readonly #backlogs = new Map<string, Backlog>();

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

  /** Events that wait for the acknowledgement of any node. */
  get unacked(): number {
    let events = 0;
    for (const backlog of this.#backlogs.values()) events += backlog.events;
    return events;
  }

  /** Whether no more legs can be had, or that node owes us too many acknowledgements for more. */
  isSwamped(node: string): boolean {
    if (this.#isFull) return true;
    const backlog = this.#backlogs.get(node);
    if (backlog === undefined) return false;
    return backlog.events >= BACKLOG_EVENTS_MAX || backlog.bytes >= BACKLOG_BYTES_MAX;
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
    link.close();
    this.#bury(id, link);
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
      if (!this.#isFull && !this.#tombstones.has(id)) this.#bury(id, undefined);
    }
  }

  /** All living legs. */
  get links(): readonly LegLink[] {
    return [...this.#links.values()];
  }

  /** Our connection is lost: every leg, over or not, waits until its ends have compared. */
  suspend(): void {
    for (const link of this.#links.values()) link.suspend();
    for (const { link } of this.#tombstones.values()) link?.suspend();
  }

  /** Legs that have to be compared with their other ends: those cut off, and those long silent. */
  uncertain(silentMs: number): readonly LegLink[] {
    const limitMs = this.monotonicMs() - silentMs;
    const uncertain: LegLink[] = [];
    for (const link of this.#links.values()) {
      if (link.isSuspended || link.heardMs <= limitMs) uncertain.push(link);
    }
    for (const { link } of this.#tombstones.values()) {
      // What was said last still has to be heard.
      if (link !== undefined && link.isSuspended && link.unacked > 0) uncertain.push(link);
    }
    return uncertain;
  }

  /**
   * Another node asks of some legs what we know: both ends go on from there. A leg that is not
   * in the answer is over here, and everything we had to say of it has been heard.
   */
  compare(node: string, boot: string, reports: readonly LinkReport[]): readonly LinkReport[] {
    return reports.flatMap((report) => {
      const id = idOf(report.key, opposite(report.side));
      const link = this.#links.get(id) ?? this.#tombstones.get(id)?.link;
      if (link === undefined || link.node !== node) return [];
      if (link.boot !== undefined && link.boot !== boot) return [];
      link.heardMs = this.monotonicMs();
      link.resume(report.ack);
      link.owner?.endPatience();
      return link.owner === undefined && link.unacked === 0 ? [] : [link.report];
    });
  }

  /** The other node's answer to what we asked of `asked`: what it does not know is over. */
  settle(asked: readonly LegLink[], answers: readonly LinkReport[]): void {
    const told = new Map(
      answers.map((report) => [idOf(report.key, opposite(report.side)), report]),
    );
    for (const link of asked) {
      const report = told.get(idOf(link.key, link.side));
      if (report !== undefined) {
        link.heardMs = this.monotonicMs();
        link.resume(report.ack);
        link.owner?.endPatience();
      } else if (link.owner === undefined) link.stop();
      else link.owner.lose('the other node has no such leg any more');
    }
  }

  transmit(link: LegLink, frame: LinkFrame): void {
    if (!this.#isConnected()) return;
    const to = link.boot === undefined ? { node: link.node } : { node: link.node, boot: link.boot };
    try {
      void this.#bus.tell('leg.event', frame, { to });
    } catch (fault) {
      this.#log.debug('an event waits for the connection', { leg: link.key, fault: String(fault) });
    }
  }

  onBacklog(node: string, events: number, bytes: number): void {
    const backlog = this.#backlogs.get(node) ?? { events: 0, bytes: 0 };
    backlog.events += events;
    backlog.bytes += bytes;
    if (backlog.events === 0) this.#backlogs.delete(node);
    else this.#backlogs.set(node, backlog);
  }

  /** Forgets everything, at the end of the node. */
  clear(): void {
    for (const link of this.#links.values()) link.stop();
    this.#links.clear();
    for (const tombstone of this.#tombstones.values()) {
      this.wheel.stop(tombstone.timer);
      this.forget(tombstone);
    }
  }

  /** @internal Nobody can ask for it any more. */
  forget(tombstone: Tombstone): void {
    tombstone.link?.stop();
    this.#tombstones.delete(tombstone.id);
  }

  get #isFull(): boolean {
    return this.#links.size + this.#tombstones.size >= LINKS_MAX;
  }

  #bury(id: string, link: LegLink | undefined): void {
    const tombstone = new Tombstone(this, id, link);
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
