import type { CdrParams } from '@tandem/messages';
import type { LiveCharge } from './live-charge.ts';
import type { LegNote } from './open-charge.ts';

/** Longer texts are cut: a hold must not grow by what strangers send. */
const TEXT_CHARACTERS_MAX = 256;

/** What a record says of its leg beside what its charge was opened with. */
export function legNote({ callId, userAgent }: CdrParams, ringingAt?: number): LegNote {
  return {
    sipCallId: callId.slice(0, TEXT_CHARACTERS_MAX),
    userAgent: userAgent.slice(0, TEXT_CHARACTERS_MAX),
    ringingAt,
  };
}

/** The same of a leg that was answered: a survivor's record is as full as our own. */
export function answeredNote(charge: LiveCharge, params: CdrParams): LegNote {
  const { ringingAt, startedAt } = params;
  if (ringingAt === undefined) return legNote(params);
  const beganAt = charge.open.startedAt + (charge.legStartedMs - charge.startedMs);
  return legNote(params, Math.round(beganAt + (ringingAt - startedAt)));
}
