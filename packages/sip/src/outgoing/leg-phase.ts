import type { LegState } from '@tandem/messages';

/** Where an outgoing leg is; what lists show of it is coarser. */
export type LegPhase =
  /** The INVITE is out, nothing was heard. */
  | 'calling'
  | 'trying'
  | 'early'
  /** 2xx came with an offer, its ACK is owed. */
  | 'answered'
  | 'up'
  /** Given up: CANCEL is out. */
  | 'cancelling'
  /** Given up before a 1xx: CANCEL may not go out yet. */
  | 'abandoned'
  /** BYE is out. */
  | 'leaving'
  | 'gone';

const SHOWN: Readonly<Partial<Record<LegPhase, LegState>>> = {
  cancelling: 'leaving',
  abandoned: 'leaving',
};

/** The state that lists show for a phase. */
export function shownState(phase: LegPhase): LegState {
  return SHOWN[phase] ?? (phase as LegState);
}

/** Whether the peer may still answer, and the answer be wanted. */
export function isRinging(phase: LegPhase): boolean {
  return phase === 'calling' || phase === 'trying' || phase === 'early';
}
