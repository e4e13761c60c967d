import { parseMicros } from '@tandem/messages';
import { talkMsFor } from '@tandem/rating';
import type { CloseRecord } from '../books/close-calls.ts';
import { closeRecordOf } from '../charge/close-record-of.ts';
import type { OpenCharge } from '../charge/open-charge.ts';
import { readTerms } from '../charge/terms-text.ts';

/** A call whose node died, as the database or the journal knows it. */
export interface Orphan {
  readonly open: OpenCharge;
  /** By the database's clock, epoch ms; undefined if it was never answered. */
  readonly answeredAt: number | undefined;
  /** The last beat of its node: it lived until then. */
  readonly lastSeenAt: number;
  /** What was held, six decimals; undefined: no bound. */
  readonly heldAmount: string | undefined;
  /** The tenant's policy: such calls cost nothing. */
  readonly isFree: boolean;
}

/**
 * The record that closes an orphan (money rule R2): billed from its answer to the last beat of its
 * node, a sale no longer than was held for it; without an answer it costs nothing.
 */
export function orphanRecord(orphan: Orphan): CloseRecord {
  const { open, answeredAt, lastSeenAt, isFree } = orphan;
  const isAnswered = answeredAt !== undefined;
  return closeRecordOf(
    open,
    {
      ringingAt: open.ringingAt,
      answeredAt,
      endedAt: Math.max(lastSeenAt, open.startedAt),
      talkMs: isAnswered && !isFree ? talkOf(orphan, answeredAt) : undefined,
      status: isAnswered ? 'answered' : 'failed',
      sipCode: isAnswered ? 200 : 500,
      reason: 'nodedeath',
      q850: 41,
      hangupBy: 'engine',
      isFinal: open.side === 'sale',
    },
    'orphan',
  );
}

function talkOf({ open, lastSeenAt, heldAmount }: Orphan, answeredAt: number): number {
  const talkMs = Math.max(0, lastSeenAt - answeredAt);
  if (open.side === 'purchase' || open.terms === null || heldAmount === undefined) return talkMs;
  return Math.min(talkMs, talkMsFor(parseMicros(heldAmount) ?? 0n, readTerms(open.terms)));
}
