import type { CallRow } from '../../api/call-row.ts';
import type { Place } from '../../shell/place.ts';

/** The states that a call can be in, in the order in which it meets them. */
export const callStates = ['routing', 'trying', 'ringing', 'up', 'ending'] as const;

/** The largest window of calls that is asked for at once. */
export const CALLS_WINDOW = 1_000;

const ASKED_OF_NODES = ['node', 'state', 'tenant', 'trunk', 'caller', 'called'] as const;

/** What GET /calls is asked for: filters of the address that the node knows, never others. */
export function resourceOf(query: Place['query'], cursor: string | undefined): string {
  const search = new URLSearchParams();
  for (const name of ASKED_OF_NODES) {
    const value = query[name]?.trim() ?? '';
    const isState = name === 'state' && !callStates.some((state) => state === value);
    if (value !== '' && !isState) search.set(name, value);
  }
  search.set('limit', String(CALLS_WINDOW));
  if (cursor !== undefined) search.set('cursor', cursor);
  return `/calls?${search.toString()}`;
}

/** Rows in which a text stands anywhere: for finding one call among those that are shown. */
export function search(calls: readonly CallRow[], text: string): readonly CallRow[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return calls;
  return calls.filter((call) =>
    [
      call.id,
      call.caller,
      call.called,
      call.tenant,
      call.inboundTrunk,
      call.outboundTrunk,
      ...call.legs.map(({ address }) => address),
    ].some((value) => value?.toLowerCase().includes(wanted)),
  );
}
