import type { Reading } from '@tandem/messages';
import type { Call } from './call.ts';
import { tenantOf } from './call-summary.ts';

/** Tenants beyond this number share one label: metrics are not a database. */
const TENANTS_MAX = 1_000;

type Direction = 'incoming' | 'outgoing';

/** Legs of calls in progress, by tenant and direction; those of nobody have an empty tenant. */
export function readActiveCalls(calls: Iterable<Call>): readonly Reading[] {
  const tallies = new Map<string, Record<Direction, number>>();
  for (const call of calls) {
    if (call.isOver) continue;
    const tally = tallyOf(tallies, tenantOf(call) ?? '');
    tally.incoming++;
    for (const branch of call.unfinished) if (branch.record) tally.outgoing++;
  }
  // A cluster without calls has the series all the same: zero is an answer.
  tallyOf(tallies, '');
  return [...tallies].flatMap(([tenant, tally]) =>
    (['incoming', 'outgoing'] as const).map((direction): Reading => ({
      name: 'tandem_calls_active',
      help: 'Legs of calls in progress on this node, by tenant and direction.',
      kind: 'gauge',
      value: tally[direction],
      labels: { tenant, direction },
    })),
  );
}

function tallyOf(
  tallies: Map<string, Record<Direction, number>>,
  tenant: string,
): Record<Direction, number> {
  const label = tallies.has(tenant) || tallies.size < TENANTS_MAX ? tenant : 'other';
  const known = tallies.get(label);
  if (known !== undefined) return known;
  const tally = { incoming: 0, outgoing: 0 };
  tallies.set(label, tally);
  return tally;
}
