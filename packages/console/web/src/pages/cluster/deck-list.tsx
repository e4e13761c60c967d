import type { VNode } from 'preact';
import type { NodeRow } from '../../api/node-row.ts';
import { deckSpreads } from './deck-spread.ts';

/** Which version of each deck the nodes rate with. */
export function DeckList({ nodes }: { readonly nodes: readonly NodeRow[] }): VNode {
  const spreads = deckSpreads(nodes);
  return (
    <section class="panel" aria-labelledby="decks-title">
      <h2 id="decks-title">Decks</h2>
      {spreads.length === 0 && <p class="muted">No node has loaded a deck.</p>}
      <ul class="decks">
        {spreads.map(({ name, version, nodesOnIt, nodes: count, behind }) => (
          <li key={name}>
            <b>{name}</b>{' '}
            <span class={behind.length === 0 ? 'state state-good' : 'state state-busy'}>
              {nodesOnIt} of {count} on v{version}
            </span>
            {behind.length > 0 && <span class="muted"> {behind.join(', ')}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
