import type { Log } from '@tandem/engine';
import type { TrunkRoute } from '../setup/profile.ts';

/** Turns leased at once: between two leases a node asks nobody. */
const BLOCK_TURNS = 64;
/** With so few left the next block is fetched, while calls go on. */
const LOW_TURNS = 16;
/** Pools whose turns are kept; beyond it all are leased anew. */
const POOLS_MAX = 10_000;

interface Block {
  next: number;
  end: number;
  leasing: Promise<void> | undefined;
}

/** Leases turns of a route's pool: the number of the first one. */
export type TurnLease = (routeId: bigint, turns: number) => Promise<bigint>;

/**
 * Callers of a pool in turn over the whole cluster: each node leases blocks of turns from one
 * sequence per route. Without the database a node goes on by itself: a call with a caller out of
 * turn is better than none.
 */
export class CallerPools {
  readonly #lease: TurnLease;
  readonly #log: Log;
  readonly #blocks = new Map<bigint, Block>();

  constructor(lease: TurnLease, log: Log) {
    this.#lease = lease;
    this.#log = log;
  }

  /** Waits for turns where a route with a pool has none yet; undefined when nothing is awaited. */
  ready(routes: readonly TrunkRoute[]): Promise<unknown> | undefined {
    const waits: Promise<void>[] = [];
    for (const { id, callerPool } of routes) {
      if (callerPool.length === 0) continue;
      const block = this.#blockOf(id);
      if (block.next >= block.end) waits.push(this.#fetch(id, block));
    }
    return waits.length === 0 ? undefined : Promise.all(waits);
  }

  /** The caller whose turn it is; undefined if the route has no pool. */
  take({ id, callerPool }: TrunkRoute): string | undefined {
    if (callerPool.length === 0) return undefined;
    const block = this.#blockOf(id);
    if (block.end - block.next <= LOW_TURNS) void this.#fetch(id, block);
    return callerPool[block.next++ % callerPool.length];
  }

  /** Whose turn it would be; for those who only ask. */
  peek({ id, callerPool }: TrunkRoute): string | undefined {
    return callerPool[(this.#blocks.get(id)?.next ?? 0) % callerPool.length];
  }

  #blockOf(id: bigint): Block {
    let block = this.#blocks.get(id);
    if (block === undefined) {
      if (this.#blocks.size >= POOLS_MAX) this.#blocks.clear();
      block = { next: 0, end: 0, leasing: undefined };
      this.#blocks.set(id, block);
    }
    return block;
  }

  #fetch(id: bigint, block: Block): Promise<void> {
    return (block.leasing ??= this.#extend(id, block).finally(() => {
      block.leasing = undefined;
    }));
  }

  async #extend(id: bigint, block: Block): Promise<void> {
    try {
      const first = Number(await this.#lease(id, BLOCK_TURNS));
      // A block that another node's came between is begun at once; its few old turns are left out.
      if (block.end !== first) block.next = first;
      block.end = first + BLOCK_TURNS;
    } catch (fault) {
      this.#log.warn('no turns of a caller pool were leased; this node goes on by itself', {
        route: String(id),
        fault: String(fault),
      });
      block.end = Math.max(block.end, block.next) + BLOCK_TURNS;
    }
  }
}
