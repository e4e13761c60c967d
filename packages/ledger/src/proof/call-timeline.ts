import type { CallRecord } from './call-records.ts';
import type { CallStory } from './call-story.ts';
import type { BootEnd, LaterEntry } from './later-entries.ts';

/** One moment in the life of a call. */
export interface Moment {
  /** Epoch ms, by the database's clock. */
  readonly at: number;
  /** The node where it happened. */
  readonly node: string;
  readonly event: string;
  readonly detail: string;
}

/** What a timeline is made of. */
export interface TimelineParts {
  readonly call: CallRecord;
  readonly attempts: readonly CallRecord[];
  readonly story: CallStory | null;
  readonly later: readonly LaterEntry[];
  /** The boot that ran the call, if others closed it. */
  readonly boot: BootEnd | undefined;
}

/**
 * The life of a call in order: attempts and what each came to, so that a failover is seen; what was
 * held; who ended it; a node that died; the charge and what corrected it. Pure.
 */
export function callTimeline(parts: TimelineParts): readonly Moment[] {
  const { call, attempts, later } = parts;
  const moments = [
    ...lifeOf(call),
    ...attempts.flatMap(attemptMoments),
    ...slicesOf(parts),
    ...deathOf(parts),
    ...later.map((entry) => laterMoment(entry, call.node)),
  ];
  if (call.charged_at !== null) {
    const amount = `${call.sell_amount ?? '0'} ${call.currency ?? ''}`.trim();
    const by = call.closed_by === 'orphan' ? ', by another node' : '';
    const detail = `${amount} for ${call.sell_billed_s ?? 0} s${by}`;
    moments.push({ at: call.charged_at.getTime(), node: call.node, event: 'charged', detail });
  }
  // Of the same instant, what was said first comes first.
  return moments.toSorted((a, b) => a.at - b.at);
}

function lifeOf(call: CallRecord): Moment[] {
  const { node, refused_limit: limit } = call;
  const at = (instant: Date | null, event: string, detail: string): Moment[] =>
    instant === null ? [] : [{ at: instant.getTime(), node, event, detail }];
  const reason = `${call.sip_code} ${call.sip_reason}`;
  const isRefused = call.answer_time === null && limit !== null;
  return [
    ...at(call.start_time, 'began', `${call.a_number_in} calls ${call.b_number_in}`),
    ...at(call.ring_time, 'rings', ''),
    ...at(call.answer_time, 'answered', ''),
    ...at(
      call.end_time,
      isRefused ? 'refused' : 'ended',
      isRefused ? `${reason}, limit ${limit}` : `${reason}, by ${call.hangup_by || 'nobody'}`,
    ),
  ];
}

function attemptMoments(row: CallRecord): Moment[] {
  const { node, attempt } = row;
  const name = `attempt ${attempt}`;
  const who = `${row.vendor_trunk ?? ''} ${row.term_ip ?? ''}`.trim();
  const moments = [{ at: row.start_time.getTime(), node, event: `${name} placed`, detail: who }];
  if (row.answer_time !== null) {
    moments.push({ at: row.answer_time.getTime(), node, event: `${name} answered`, detail: who });
  } else {
    const detail = `${row.sip_code} ${row.sip_reason}`;
    moments.push({ at: row.end_time.getTime(), node, event: `${name} failed`, detail });
  }
  return moments;
}

function slicesOf({ call, story }: TimelineParts): Moment[] {
  return (story?.slices ?? []).map(({ atMs, held }) => ({
    at: call.start_time.getTime() + atMs,
    node: call.node,
    event: 'held',
    detail: `${held} ${call.currency ?? ''}`.trim(),
  }));
}

function deathOf({ call, boot }: TimelineParts): Moment[] {
  if (call.closed_by !== 'orphan' || boot === undefined) return [];
  const at = boot.lastSeen.getTime();
  return [{ at, node: call.node, event: 'last sign of life of its node', detail: call.boot ?? '' }];
}

function laterMoment({ kind, at, difference, reference }: LaterEntry, node: string): Moment {
  const event = kind === 'late' ? 'its own node’s record came' : 'priced anew';
  const detail = reference === null ? difference : `${difference}, ${reference}`;
  return { at: at.getTime(), node, event, detail };
}
