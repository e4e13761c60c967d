import type { Clock } from '@tandem/engine';
import type { NodesFollowing } from '@tandem/messages';
import type { Store } from '@tandem/store';
import type { KnownVersions } from './catalogue-load.ts';
import { readVersions } from './read-versions.ts';

/** A node that has not said what it goes by for so long is not waited for: twice the longest poll. */
const SILENT_SECONDS = 10;
/** Between two looks, ms. */
const LOOK_PERIOD_MS = 100;

interface NodeRow {
  readonly node: string;
  readonly setup: bigint;
  readonly ids: readonly string[];
  readonly versions: readonly string[];
}

/** Writes down what a node goes by now. */
export async function tellInForce(store: Store, node: string, known: KnownVersions): Promise<void> {
  await store.call(
    `insert into catalogue_nodes (node, setup_version, deck_ids, deck_versions)
      values ($1, $2, $3, $4)
      on conflict (node) do update set setup_version = excluded.setup_version,
        deck_ids = excluded.deck_ids, deck_versions = excluded.deck_versions,
        seen_at = clock_timestamp()`,
    [node, known.setup ?? 0n, [...known.decks.keys()], [...known.decks.values()]],
  );
}

/** A node that goes is waited for no more. */
export async function forgetInForce(store: Store, node: string): Promise<void> {
  await store.call('delete from catalogue_nodes where node = $1', [node]);
}

/**
 * Waits until every node goes by what is in the database now, or by something newer; says after
 * `withinMs` at the latest who does and who does not. Faults are those of the store.
 */
export async function followNodes(
  store: Store,
  clock: Clock,
  withinMs: number,
): Promise<NodesFollowing> {
  const wanted = await readVersions(store);
  const endMs = clock.monotonicMs() + withinMs;
  for (;;) {
    const rows = await readNodes(store);
    const nodesThat = (isWanted: boolean): string[] =>
      rows.filter((row) => goesBy(row, wanted) === isWanted).map(({ node }) => node);
    const behind = nodesThat(false);
    if (behind.length === 0 || clock.monotonicMs() >= endMs) {
      return { inForce: nodesThat(true), behind };
    }
    await new Promise<void>((resolve) => void clock.startTimer(LOOK_PERIOD_MS, resolve));
  }
}

/** Says to a person who follows; empty when there are no nodes. */
export function describeFollowing({ inForce, behind }: NodesFollowing): string {
  const told = inForce.length === 0 ? [] : [`in force on ${inForce.join(', ')}`];
  if (behind.length > 0) told.push(`not yet on ${behind.join(', ')}: see tandem nodes`);
  return told.join('; ');
}

async function readNodes(store: Store): Promise<NodeRow[]> {
  return await store.call<NodeRow>(
    `select node, setup_version as setup, deck_ids::text[] as ids,
      deck_versions::text[] as versions
      from catalogue_nodes where seen_at > clock_timestamp() - make_interval(secs => $1)
      order by node`,
    [SILENT_SECONDS],
  );
}

function goesBy({ setup, ids, versions }: NodeRow, wanted: KnownVersions): boolean {
  if (setup < (wanted.setup ?? 0n)) return false;
  const known = new Map(ids.map((id, index) => [id, BigInt(versions[index] ?? 0)]));
  return [...wanted.decks].every(([id, version]) => (known.get(String(id)) ?? -1n) >= version);
}
