import { type StopTimer, TandemError } from '@tandem/engine';
import type { Bucket, BucketEntry, Delivery, Transport } from './transport.ts';

const NOTHING = new Uint8Array();

/**
 * Stands in for the NATS server between nodes of one process: same order, same no-responders,
 * same buckets. A node alone uses one of its own; tests share one and cut its wires.
 */
export class MemoryHub {
  readonly #wires = new Set<MemoryTransport>();
  readonly #buckets = new Map<string, MemoryBucketState>();
  #lives = 1;

  /** A transport of this hub. */
  transport(): Transport & { cut(): void; mend(): void; isFrozen: boolean } {
    const wire = new MemoryTransport(this);
    this.#wires.add(wire);
    return wire;
  }

  /** Forgets every bucket, as a server that kept them in memory does when it is started anew. */
  loseBuckets(): void {
    for (const bucket of this.#buckets.values()) bucket.watchers.clear();
    this.#buckets.clear();
    this.#lives++;
  }

  /** @internal */
  carry(subject: string, data: Uint8Array, reply: string | undefined, from: MemoryTransport): void {
    let heard = 0;
    for (const wire of this.#wires) heard += wire.deliver(subject, data, false);
    if (heard === 0 && reply !== undefined) from.deliver(reply, NOTHING, true);
  }

  /** @internal */
  drop(wire: MemoryTransport): void {
    this.#wires.delete(wire);
  }

  /** @internal */
  bucket(name: string): MemoryBucketState {
    const found = this.#buckets.get(name);
    if (found) return found;
    const state = new MemoryBucketState(`${name}-${this.#lives}`);
    this.#buckets.set(name, state);
    return state;
  }
}

interface Subscription {
  readonly parts: readonly string[];
  readonly listener: (delivery: Delivery) => void;
}

class MemoryTransport implements Transport {
  readonly #hub: MemoryHub;
  readonly #subscriptions = new Set<Subscription>();
  readonly #listeners = new Set<(isConnected: boolean) => void>();
  #isConnected = false;
  #isClosed = false;
  /** Its node stands still, as a stopped process does: heard by nobody, though still connected. */
  isFrozen = false;

  constructor(hub: MemoryHub) {
    this.#hub = hub;
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  connect(): Promise<void> {
    this.#connection(true);
    return Promise.resolve();
  }

  /** Cuts the wire, as a lost NATS connection does. */
  cut(): void {
    this.#connection(false);
  }

  /** Mends it. */
  mend(): void {
    this.#connection(true);
  }

  publish(subject: string, data: Uint8Array, reply?: string): void {
    if (!this.#isConnected) throw new TandemError('MESH_UNREACHABLE', { subject });
    if (this.isFrozen) return;
    this.#hub.carry(subject, data, reply, this);
  }

  subscribe(subject: string, listener: (delivery: Delivery) => void): StopTimer {
    const subscription = { parts: subject.split('.'), listener };
    this.#subscriptions.add(subscription);
    return () => void this.#subscriptions.delete(subscription);
  }

  onConnection(listener: (isConnected: boolean) => void): StopTimer {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  openBucket(name: string): Promise<Bucket> {
    const state = (): MemoryBucketState => this.#hub.bucket(name);
    return Promise.resolve(new MemoryBucket(state, () => this.#isConnected));
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#connection(false);
    this.#hub.drop(this);
    return Promise.resolve();
  }

  /** Delivers in a turn of its own, as a socket would; how many hear it. */
  deliver(subject: string, data: Uint8Array, isNoResponders: boolean): number {
    if (!this.#isConnected) return 0;
    const parts = subject.split('.');
    let heard = 0;
    for (const { parts: pattern, listener } of this.#subscriptions) {
      if (!matches(pattern, parts)) continue;
      heard++;
      queueMicrotask(() => {
        if (this.#isConnected && !this.isFrozen) listener({ subject, data, isNoResponders });
      });
    }
    return heard;
  }

  #connection(isConnected: boolean): void {
    if (this.#isConnected === isConnected || (this.#isClosed && isConnected)) return;
    this.#isConnected = isConnected;
    for (const listener of this.#listeners) listener(isConnected);
  }
}

class MemoryBucketState {
  readonly entries = new Map<string, BucketEntry>();
  readonly watchers = new Set<(entry: BucketEntry) => void>();
  revision = 0;

  constructor(readonly epoch: string) {}

  write(key: string, value: string, isDeleted: boolean): number {
    const entry = { key, value, revision: ++this.revision, isDeleted };
    this.entries.set(key, entry);
    for (const watcher of this.watchers) queueMicrotask(() => watcher(entry));
    return entry.revision;
  }
}

class MemoryBucket implements Bucket {
  readonly #bucket: () => MemoryBucketState;
  readonly #isConnected: () => boolean;

  constructor(bucket: () => MemoryBucketState, isConnected: () => boolean) {
    this.#bucket = bucket;
    this.#isConnected = isConnected;
  }

  get #state(): MemoryBucketState {
    return this.#bucket();
  }

  create(key: string, value: string): Promise<number | undefined> {
    return this.#reach(() => {
      const found = this.#state.entries.get(key);
      return found && !found.isDeleted ? undefined : this.#state.write(key, value, false);
    });
  }

  update(key: string, value: string, revision: number): Promise<number | undefined> {
    return this.#reach(() =>
      this.#state.entries.get(key)?.revision === revision
        ? this.#state.write(key, value, false)
        : undefined,
    );
  }

  remove(key: string, revision: number): Promise<boolean> {
    return this.#reach(() => {
      if (this.#state.entries.get(key)?.revision !== revision) return false;
      this.#state.write(key, '', true);
      return true;
    });
  }

  read(key: string): Promise<BucketEntry | undefined> {
    return this.#reach(() => {
      const found = this.#state.entries.get(key);
      return found?.isDeleted === true ? undefined : found;
    });
  }

  watch(listener: (entry: BucketEntry) => void): Promise<StopTimer> {
    return this.#reach(() => {
      const heard = (entry: BucketEntry): void => {
        if (this.#isConnected()) listener(entry);
      };
      for (const entry of this.#state.entries.values()) heard(entry);
      const { watchers } = this.#state;
      watchers.add(heard);
      return () => void watchers.delete(heard);
    });
  }

  epoch(): Promise<string> {
    return this.#reach(() => this.#state.epoch);
  }

  async #reach<T>(act: () => T): Promise<T> {
    if (!this.#isConnected()) throw new TandemError('MESH_UNREACHABLE', {});
    await Promise.resolve();
    return act();
  }
}

function matches(pattern: readonly string[], parts: readonly string[]): boolean {
  for (const [index, part] of pattern.entries()) {
    if (part === '>') return parts.length > index;
    if (part !== '*' && part !== parts[index]) return false;
  }
  return pattern.length === parts.length;
}
