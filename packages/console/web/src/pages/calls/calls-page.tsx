import type { VNode } from 'preact';
import type { Place } from '../../shell/place.ts';
import { ActiveCalls } from './active-calls.tsx';
import { CallView } from './call-view.tsx';

/** The active calls of all nodes, or one of them. */
export function CallsPage({ place }: { readonly place: Place }): VNode {
  return place.item === '' ? <ActiveCalls query={place.query} /> : <CallView id={place.item} />;
}
