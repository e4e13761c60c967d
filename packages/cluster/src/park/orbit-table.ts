import { type Bus, isFault, type Log } from '@tandem/engine';
import {
  type Body,
  type Leases,
  type Leg,
  type Membership,
  type Refusal,
  refuse,
  type Switchboard,
} from '@tandem/messages';
import { Orbit, type OrbitHost } from './orbit.ts';
import { ParkLeg, type ParkLegHost } from './park-leg.ts';
import { SessionFace } from './session-face.ts';

/** Orbits of one node. */
const ORBITS_MAX = 1_000;
/** First part of the names of these resources. */
const KIND = 'park/';

/** What orbits stand on. */
export interface OrbitTableOptions {
  readonly switchboard: Switchboard;
  readonly membership: Membership;
  readonly leases: Leases;
}

/**
 * The orbits that this node serves. Each is a leased resource: it is served only while this node
 * holds the lease and is heard by the others, so no orbit is ever at two nodes.
 */
export class OrbitTable implements OrbitHost {
  readonly #bus: Bus;
  readonly #log: Log;
  readonly #options: OrbitTableOptions;
  readonly #orbits = new Map<string, Orbit>();
  readonly #stopListening: () => void;
  /** Leases without a caller at the last sweep. */
  #unused: ReadonlySet<string> = new Set();
  #sessions = 0;
  maxWaitMs = 0;

  constructor(bus: Bus, log: Log, options: OrbitTableOptions) {
    this.#bus = bus;
    this.#log = log;
    this.#options = options;
    this.#stopListening = options.leases.onLost((key) => {
      this.#orbits.get(key)?.end(refuse('noresource', `${key} belongs to another node now`));
    });
  }

  get wheel(): Bus['wheel'] {
    return this.#bus.wheel;
  }

  /** Callers who wait. */
  get parked(): number {
    let parked = 0;
    for (const orbit of this.#orbits.values()) if (!orbit.isEmpty) parked++;
    return parked;
  }

  /** A call for `park/<orbit>`, in its turn. Never throws. */
  async place(key: string, offer: Body | undefined): Promise<Leg | Refusal> {
    const orbit = this.#orbits.get(key) ?? this.#make(key);
    if (orbit === undefined) return refuse('congestion', `over ${ORBITS_MAX} orbits`);
    try {
      return await orbit.inTurn(async () => (await this.#claim(key)) ?? orbit.take(offer));
    } catch (fault) {
      const text = fault instanceof Error ? fault.message : String(fault);
      return refuse(isFault(fault, 'LANE_FULL') ? 'congestion' : 'unreachable', text);
    } finally {
      this.#dropIfIdle(orbit);
    }
  }

  makeLeg(host: ParkLegHost, key: string): ParkLeg {
    const id = this.#options.switchboard.nextLegId('park');
    // Digits only; unique among the sessions of this node, and later ones are larger.
    const session = String(this.#bus.clock.now() * 1_000 + (++this.#sessions % 1_000));
    return new ParkLeg(host, id, key, new SessionFace(session));
  }

  onEmpty(orbit: Orbit): void {
    void this.#release(orbit.key, orbit);
  }

  /** Gives back leases that no call came for: who asked for the owner may have hung up since. */
  async sweep(): Promise<void> {
    const unused = new Set<string>();
    for (const { key } of this.#options.leases.held) {
      if (!key.startsWith(KIND) || this.#orbits.has(key)) continue;
      if (!this.#unused.has(key)) unused.add(key);
      else await this.#release(key, this.#make(key));
    }
    this.#unused = unused;
  }

  /** The node ends: so do the waits. */
  stop(): void {
    this.#stopListening();
    for (const orbit of this.#orbits.values()) orbit.end(refuse('draining'));
  }

  #make(key: string): Orbit | undefined {
    if (this.#orbits.size >= ORBITS_MAX) return undefined;
    const orbit = new Orbit(this, key);
    this.#orbits.set(key, orbit);
    return orbit;
  }

  /** Makes sure that this node may serve it; the receiver decides, whoever sent the call here. */
  async #claim(key: string): Promise<Refusal | undefined> {
    const { leases, membership } = this.#options;
    if (leases.isServing(key)) return undefined;
    const { node } = await leases.allocate(key, membership.self);
    if (leases.isServing(key)) return undefined;
    if (node === membership.self.node) return refuse('unreachable', 'the other nodes are away');
    return refuse('unreachable', `${key} is at ${node}`);
  }

  async #release(key: string, orbit: Orbit | undefined): Promise<void> {
    if (orbit === undefined) return;
    try {
      await orbit.inTurn(() => (orbit.isEmpty ? this.#options.leases.release(key) : undefined));
    } catch (fault) {
      // The sweep tries again.
      this.#log.warn('a lease could not be given back', { key, fault: String(fault) });
    } finally {
      this.#dropIfIdle(orbit);
    }
  }

  #dropIfIdle(orbit: Orbit): void {
    if (orbit.isIdle && this.#orbits.get(orbit.key) === orbit) this.#orbits.delete(orbit.key);
  }
}
