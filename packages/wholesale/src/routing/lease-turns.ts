import type { Store } from '@tandem/store';

/** Takes turns of a route's caller pool out of the cluster's one sequence; gives the first one. */
export async function leaseTurns(store: Store, routeId: bigint, turns: number): Promise<bigint> {
  const [row] = await store.call<{ first: bigint }>(
    `insert into caller_pool_turns (route_id, next_turn) values ($1, $2)
      on conflict (route_id) do update set next_turn = caller_pool_turns.next_turn + $2
      returning next_turn - $2 as first`,
    [routeId, turns],
  );
  return row?.first ?? 0n;
}
