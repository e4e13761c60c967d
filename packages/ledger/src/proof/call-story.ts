import { describeNote, type Trail } from '@tandem/engine';
import { formatMicros, type RouteCandidate, type WholesaleFacts } from '@tandem/messages';
import type { LiveCharge } from '../charge/live-charge.ts';
import type { NotedLeg } from '../charge/noted-leg.ts';
import { writable } from '../charge/writable-text.ts';

/** Steps and notes of a trail that are kept with a call. */
const STEPS_MAX = 24;
const NOTES_MAX = 8;
const CANDIDATES_MAX = 20;
const TEXT_CHARACTERS_MAX = 160;

/** What is kept of a call beside its CDR, so that `explain` can tell why it went as it did. */
export interface CallStory {
  readonly trail: readonly {
    message: string;
    at: number;
    /** Absent: the node of the call. */
    node?: string | undefined;
    notes: readonly string[];
  }[];
  /** Outgoing legs in the order in which they began; absent from records before there were any. */
  readonly legs?: readonly NotedLeg[];
  readonly candidates: readonly {
    trunk: string;
    priority: number;
    weight: number;
    isTaken: boolean;
    reason: string;
    rate?: string | undefined;
  }[];
  readonly held: string;
  readonly paidMs: number | null;
  /** What was held in all, each time that it changed; absent from records before there were any. */
  readonly slices?: readonly { readonly atMs: number; readonly held: string }[];
}

/** Tells the story of a call that has ended, within bounds; what may not be JSON is left out. */
export function callStory(
  charge: LiveCharge,
  trail: Trail | undefined,
  wholesale: WholesaleFacts | undefined,
  legs: Iterable<NotedLeg>,
): CallStory {
  return {
    trail: stepsOf(trail),
    legs: [...legs].map(plainLeg),
    candidates: (wholesale?.candidates ?? []).slice(0, CANDIDATES_MAX).map(candidate),
    held: formatMicros(charge.heldMicros),
    paidMs: Number.isFinite(charge.paidMs) ? charge.paidMs : null,
    slices: charge.slices.map(({ atMs, heldMicros }) => ({ atMs, held: formatMicros(heldMicros) })),
  };
}

function stepsOf(trail: Trail | undefined): CallStory['trail'] {
  const told: CallStory['trail'][number][] = [];
  for (const step of trail?.steps ?? []) {
    if (told.length === STEPS_MAX) break;
    const { message, at, node } = step;
    const notes: string[] = [];
    for (const one of step.notes ?? []) {
      if (notes.length === NOTES_MAX) break;
      notes.push(plain(describeNote(step, one)));
    }
    told.push({ message, at, node, notes });
  }
  return told;
}

function candidate(one: RouteCandidate): CallStory['candidates'][number] {
  const { trunk, priority, weight, isTaken, reason, rateMicrosPerMinute } = one;
  const rate = rateMicrosPerMinute === undefined ? undefined : formatMicros(rateMicrosPerMinute);
  return { trunk, priority, weight, isTaken, reason: plain(reason), rate };
}

function plainLeg(leg: NotedLeg): NotedLeg {
  const { address, callto } = leg;
  return { ...leg, address: plain(address), callto: plain(callto) };
}

function plain(text: string): string {
  return writable(text, TEXT_CHARACTERS_MAX);
}
