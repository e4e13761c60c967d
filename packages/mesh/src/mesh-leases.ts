import { type Log, type StopTimer, TandemError } from '@tandem/engine';
import type { Lease, Leases, NodeIdentity } from '@tandem/messages';
import type { MeshMembership } from './mesh-membership.ts';
import type { Bucket, BucketEntry, Transport } from './transport.ts';

/** Rounds of "somebody was faster" before giving up. */
const ROUNDS_MAX = 8;
/**
 * After the bucket was made anew, owners have this many beats to publish what they hold. A node
 * that has just come cannot tell how old the bucket is, and waits as well.
 */
const SETTLING_BEATS = 3;
/** Allocations that may wait for that. */
const WAITING_MAX = 1_000;
/** Leases one mesh may know. */
const LEASES_MAX = 100_000;

/** What leases need. */
export interface LeasesOptions {
  readonly transport: Transport;
  readonly membership: MeshMembership;
  readonly bucketName: string;
  readonly log: Log;
  /** No other node can be there: nothing has to settle. */
  readonly isAlone: boolean;
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (fault: TandemError) => void;
}

/**
 * Who owns a dynamic resource: one key in a shared bucket, holding node and boot. A free key is
 * created, a dead owner's is updated by its revision; both are atomic, and the loser reads the
 * winner. The owner serves only while it is heard by the others and holds the revision.
 */
export class MeshLeases implements Leases {
  readonly #options: LeasesOptions;
  readonly #mirror = new Map<string, Lease>();
  readonly #lostListeners = new Set<(key: string) => void>();
  #bucket: Promise<Bucket> | undefined;
  #stopWatch: StopTimer | undefined;
  #epoch: string | undefined;
  #settlingBeats: number;
  #waiting: Waiting[] = [];
  /** We were cut off: what we hold may be another's by now, and is not served until that is known. */
  #isUnsure = false;
  #cuts = 0;
  #isTicking = false;
  /** What we held in a bucket that was lost, until it is in the new one. */
  readonly #unpublished: Lease[] = [];
  readonly #stopListening: StopTimer;

  constructor(options: LeasesOptions) {
    this.#options = options;
    this.#settlingBeats = options.isAlone ? 0 : SETTLING_BEATS;
    this.#stopListening = options.transport.onConnection((isConnected) => {
      this.#isUnsure = true;
      if (!isConnected) this.#cuts++;
      else if (this.#epoch !== undefined) void this.tick();
    });
  }

  get held(): readonly Lease[] {
    return [...this.#mirror.values()].filter((lease) => this.#isOwn(lease));
  }

  find(key: string): Lease | undefined {
    return this.#mirror.get(key);
  }

  async allocate(key: string, owner: NodeIdentity): Promise<Lease> {
    const known = this.#mirror.get(key);
    if (known && this.#isAlive(known)) return known;
    if (this.#settlingBeats > 0) await this.#settled(key);
    const bucket = await this.#open();
    if (known === undefined && this.#mirror.size >= LEASES_MAX) {
      throw new TandemError('MESH_LEASES_UNAVAILABLE', {
        key,
        reason: `over ${LEASES_MAX} leases`,
      });
    }
    const value = JSON.stringify({ node: owner.node, boot: owner.boot });
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const entry = await bucket.read(key);
      const standing = entry && leaseOf(entry);
      if (standing && this.#isAlive(standing)) return this.#learn(standing);
      const revision =
        entry === undefined
          ? await bucket.create(key, value)
          : await bucket.update(key, value, entry.revision);
      if (revision !== undefined) {
        return this.#learn({ key, node: owner.node, boot: owner.boot, revision });
      }
    }
    throw new TandemError('MESH_LEASES_UNAVAILABLE', { key, reason: 'too many nodes ask at once' });
  }

  isServing(key: string): boolean {
    const lease = this.#mirror.get(key);
    if (lease === undefined || this.#isUnsure || !this.#isOwn(lease)) return false;
    return this.#options.membership.isHeard;
  }

  async release(key: string): Promise<void> {
    const lease = this.#mirror.get(key);
    if (lease === undefined || !this.#isOwn(lease)) return;
    const bucket = await this.#open();
    if (await bucket.remove(key, lease.revision)) this.#mirror.delete(key);
  }

  onLost(listener: (key: string) => void): StopTimer {
    this.#lostListeners.add(listener);
    return () => void this.#lostListeners.delete(listener);
  }

  /** Once a beat: finds out whether the bucket is still the one that we know. */
  async tick(): Promise<void> {
    if (!this.#options.transport.isConnected) {
      this.#endWaiting(new TandemError('MESH_UNREACHABLE', {}));
      return;
    }
    if (this.#isTicking) return;
    this.#isTicking = true;
    try {
      await this.#lookAfter(await this.#open());
    } catch (fault) {
      // Opened anew at the next beat: a bucket that was deleted is created then.
      this.#forgetBucket();
      this.#isUnsure = true;
      this.#options.log.warn('the bucket of leases is out of reach', { fault: String(fault) });
    } finally {
      this.#isTicking = false;
    }
  }

  close(): void {
    this.#stopListening();
    this.#forgetBucket();
    this.#endWaiting(new TandemError('MESH_UNREACHABLE', {}));
  }

  /** Waits until owners have published what they hold. @throws TandemError if that cannot be */
  #settled(key: string): Promise<void> {
    if (!this.#options.transport.isConnected) throw new TandemError('MESH_UNREACHABLE', { key });
    if (this.#waiting.length >= WAITING_MAX) {
      const reason = 'owners are publishing anew, and too many wait for that';
      throw new TandemError('MESH_LEASES_UNAVAILABLE', { key, reason });
    }
    return new Promise((resolve, reject) => void this.#waiting.push({ resolve, reject }));
  }

  #endWaiting(fault?: TandemError): void {
    for (const { resolve, reject } of this.#waiting.splice(0)) {
      if (fault === undefined) resolve();
      else reject(fault);
    }
  }

  #open(): Promise<Bucket> {
    const { transport, bucketName } = this.#options;
    this.#bucket ??= transport.openBucket(bucketName).catch((fault: unknown) => {
      this.#bucket = undefined;
      throw fault;
    });
    return this.#bucket;
  }

  #forgetBucket(): void {
    this.#stopWatch?.();
    this.#stopWatch = undefined;
    this.#bucket = undefined;
  }

  /** Finds out whether the bucket is the one that we know, and what became of ours in it. */
  async #lookAfter(bucket: Bucket): Promise<void> {
    const cuts = this.#cuts;
    const epoch = await bucket.epoch();
    const isUnknown = epoch !== this.#epoch;
    if (isUnknown && this.#epoch !== undefined) this.#beginAnew();
    this.#epoch = epoch;
    if (this.#unpublished.length > 0) await this.#publish(bucket);
    if (isUnknown || this.#isUnsure) {
      this.#stopWatch?.();
      await this.#makeSure(bucket);
      this.#stopWatch = await bucket.watch((entry) => this.#onEntry(entry));
      if (cuts === this.#cuts) this.#isUnsure = false;
    } else if (this.#settlingBeats > 0) this.#settlingBeats--;
    if (this.#settlingBeats === 0) this.#endWaiting();
  }

  /** A bucket of another life: what we hold is published again, before anybody allocates. */
  #beginAnew(): void {
    const own = this.held;
    this.#options.log.warn('the bucket of leases is a new one; publishing ours again', {
      leases: own.length,
    });
    this.#unpublished.push(...own);
    this.#mirror.clear();
    this.#settlingBeats = SETTLING_BEATS;
  }

  async #publish(bucket: Bucket): Promise<void> {
    for (let lease = this.#unpublished[0]; lease; lease = this.#unpublished[0]) {
      const { key, node, boot } = lease;
      const revision = await bucket.create(key, JSON.stringify({ node, boot }));
      this.#unpublished.shift();
      if (revision === undefined) this.#lost(key);
      else this.#mirror.set(key, { key, node, boot, revision });
    }
  }

  /** After a cut: what we hold is looked up at its origin. */
  async #makeSure(bucket: Bucket): Promise<void> {
    for (const lease of this.held) {
      const entry = await bucket.read(lease.key);
      if (entry === undefined) {
        this.#mirror.delete(lease.key);
        this.#lost(lease.key);
      } else this.#onEntry(entry);
    }
  }

  #onEntry(entry: BucketEntry): void {
    const former = this.#mirror.get(entry.key);
    if (former && former.revision > entry.revision) return;
    const lease = entry.isDeleted ? undefined : leaseOf(entry);
    if (lease === undefined) this.#mirror.delete(entry.key);
    else this.#mirror.set(entry.key, lease);
    if (former && this.#isOwn(former) && !(lease && this.#isOwn(lease)) && !entry.isDeleted) {
      this.#lost(entry.key);
    }
  }

  #lost(key: string): void {
    this.#options.log.warn('a lease went to another node', { key });
    for (const listener of this.#lostListeners) listener(key);
  }

  #learn(lease: Lease): Lease {
    const known = this.#mirror.get(lease.key);
    if (known === undefined || known.revision < lease.revision) this.#mirror.set(lease.key, lease);
    return lease;
  }

  #isOwn(lease: Lease): boolean {
    const { self } = this.#options.membership;
    return lease.node === self.node && lease.boot === self.boot;
  }

  /**
   * An owner of another boot is dead, whatever its node does now. One that was never heard of is
   * dead only to a node that has listened for long enough.
   */
  #isAlive(lease: Lease): boolean {
    if (this.#isOwn(lease)) return true;
    const { membership } = this.#options;
    const peer = membership.find(lease.node);
    if (peer === undefined) return !membership.mayJudge;
    return peer.boot === lease.boot && peer.state !== 'dead';
  }
}

function leaseOf(entry: BucketEntry): Lease | undefined {
  try {
    const { node, boot } = JSON.parse(entry.value) as { node?: unknown; boot?: unknown };
    if (typeof node !== 'string' || typeof boot !== 'string') return undefined;
    return { key: entry.key, node, boot, revision: entry.revision };
  } catch {
    return undefined;
  }
}
