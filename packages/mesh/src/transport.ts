import type { StopTimer } from '@tandem/engine';

/** What arrives on a subject. */
export interface Delivery {
  readonly subject: string;
  readonly data: Uint8Array;
  /** The transport's word that nobody listens on the subject that was published with this reply. */
  readonly isNoResponders: boolean;
}

/** What a lease bucket holds under one key. */
export interface BucketEntry {
  readonly key: string;
  readonly value: string;
  /** Raised by every write in the bucket; the ticket for the next conditional write. */
  readonly revision: number;
  readonly isDeleted: boolean;
}

/** A small shared record with conditional writes: what leases are made of. */
export interface Bucket {
  /** Writes a key that is not there; undefined if somebody was faster. */
  create(key: string, value: string): Promise<number | undefined>;
  /** Overwrites a key of that revision; undefined if it has another one by now. */
  update(key: string, value: string, revision: number): Promise<number | undefined>;
  /** Deletes a key of that revision; false if it has another one by now. */
  remove(key: string, revision: number): Promise<boolean>;
  /** Reads a key at its origin; undefined if it is not there. */
  read(key: string): Promise<BucketEntry | undefined>;
  /** Tells all entries that are there, then every change, until the stop is called. */
  watch(listener: (entry: BucketEntry) => void): Promise<StopTimer>;
  /** Names this life of the bucket: another one means that the former contents are lost. */
  epoch(): Promise<string>;
}

/**
 * Bytes between nodes: NATS, or a fake of it in memory. Subjects are dotted; `*` stands for one
 * part and `>` for the rest. What one node publishes arrives in that order.
 */
export interface Transport {
  /** Whether publishing makes sense now. */
  readonly isConnected: boolean;
  /** Begins to connect and goes on trying; resolves at the first connection. */
  connect(): Promise<void>;
  /** @throws TandemError MESH_UNREACHABLE when not connected: nothing vanishes silently */
  publish(subject: string, data: Uint8Array, reply?: string): void;
  /** Subscriptions outlive reconnections. */
  subscribe(subject: string, listener: (delivery: Delivery) => void): StopTimer;
  onConnection(listener: (isConnected: boolean) => void): StopTimer;
  /** Opens the bucket, creating it if it is not there. @throws MESH_LEASES_UNAVAILABLE */
  openBucket(name: string): Promise<Bucket>;
  close(): Promise<void>;
}
