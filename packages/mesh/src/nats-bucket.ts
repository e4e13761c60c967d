import type { KV, KvWatchEntry } from '@nats-io/kv';
import type { StopTimer } from '@tandem/engine';
import { escapePart, unescapePart } from './subjects.ts';
import type { Bucket, BucketEntry } from './transport.ts';

/** JetStream's code for a conditional write that came too late. */
const WRONG_REVISION = 10_071;

/** A bucket of NATS' key-value store. Keys may be any text; they are escaped. */
export class NatsBucket implements Bucket {
  readonly #bucket: KV;

  constructor(bucket: KV) {
    this.#bucket = bucket;
  }

  create(key: string, value: string): Promise<number | undefined> {
    return unlessRaced(this.#bucket.create(escapePart(key), value));
  }

  update(key: string, value: string, revision: number): Promise<number | undefined> {
    return unlessRaced(this.#bucket.update(escapePart(key), value, revision));
  }

  async remove(key: string, revision: number): Promise<boolean> {
    const removed = this.#bucket.delete(escapePart(key), { previousSeq: revision }).then(() => 1);
    return (await unlessRaced(removed)) !== undefined;
  }

  async read(key: string): Promise<BucketEntry | undefined> {
    const entry = await this.#bucket.get(escapePart(key));
    if (entry === null || entry.operation !== 'PUT') return undefined;
    return { key, value: entry.string(), revision: entry.revision, isDeleted: false };
  }

  async watch(listener: (entry: BucketEntry) => void): Promise<StopTimer> {
    const changes = await this.#bucket.watch();
    void follow(changes, listener);
    return () => changes.stop();
  }

  async epoch(): Promise<string> {
    const status = await this.#bucket.status();
    return status.streamInfo.created;
  }
}

async function follow(
  changes: AsyncIterable<KvWatchEntry>,
  listener: (entry: BucketEntry) => void,
): Promise<void> {
  for await (const entry of changes) {
    listener({
      key: unescapePart(entry.key),
      value: entry.operation === 'PUT' ? entry.string() : '',
      revision: entry.revision,
      isDeleted: entry.operation !== 'PUT',
    });
  }
}

/** Undefined where somebody else was faster; every other fault goes on. */
async function unlessRaced(write: Promise<number>): Promise<number | undefined> {
  try {
    return await write;
  } catch (fault) {
    const {
      code,
      api_error: api,
      message,
    } = fault as {
      code?: unknown;
      api_error?: { err_code?: number };
      message?: string;
    };
    const isRaced =
      code === WRONG_REVISION ||
      api?.err_code === WRONG_REVISION ||
      /wrong last sequence|key exists|already exists/i.test(message ?? '');
    if (isRaced) return undefined;
    throw fault;
  }
}
