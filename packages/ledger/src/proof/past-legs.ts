import type { CallStory } from './call-story.ts';

/** One leg of a call that is over, as lists show those of living ones, and how far it came. */
export interface PastLeg {
  readonly id: string;
  readonly node: string;
  readonly direction: 'incoming' | 'outgoing';
  readonly driver: string;
  readonly address: string;
  readonly state: string;
  /** What was dialled; behind a leg to a sister node it names who was reached there. */
  readonly callto: string;
  readonly trunk: string | null;
  readonly attempt: number;
  readonly sipCode: number;
}

/** What the record says of the incoming leg. */
export interface CallerLeg {
  readonly id: string;
  readonly node: string;
  readonly address: string;
  readonly status: string;
  readonly sipCode: number;
}

/** The incoming leg and all outgoing ones that the node of the call had. */
export function pastLegs(caller: CallerLeg, story: CallStory | null): readonly PastLeg[] {
  const { id, node, address, status: state, sipCode } = caller;
  const shared = { trunk: null, attempt: 0, callto: '' };
  return [
    { ...shared, id, node, direction: 'incoming', driver: 'sip', address, state, sipCode },
    ...(story?.legs ?? []).map(({ status, ...leg }): PastLeg => {
      return { ...leg, node, direction: 'outgoing', state: status };
    }),
  ];
}
