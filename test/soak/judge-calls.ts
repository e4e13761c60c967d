import type { TestDatabase } from '@tandem/store/testing';
import type { AnsweredCall } from './answerer.ts';
import type { Done } from './chaos.ts';
import type { SeenCall } from './seen-call.ts';

/** Clocks are read before and after what they are read for, ms. */
const AGREE_MS = 100;
/** A node that hangs up at the paid second says so soon after, ms. */
const TOLD_MS = 2_000;
/** A begun second is paid whole, ms. */
const SECOND_MS = 1_000;

/** A call that has ended is on the disk by then; a node killed before that bills it to its last beat, ms. */
const JOURNALED_MS = 3_000;
/** Violations whose records are shown. */
const TOLD_MAX = 20;

/** What the books say of one call. */
interface Booked {
  readonly caller: string;
  readonly calls: number;
  readonly corrections: number;
  /** Charges that cost something: an INVITE repeated to a node started anew leaves a free one. */
  readonly paid: number;
  /** Talk that is charged in all, seconds: at a hundredth a second. */
  readonly billed: number;
}

/** What came of comparing what callers saw with the books. */
export interface CallVerdict {
  readonly violations: string[];
  /** Answered calls charged once. */
  readonly chargedOnce: number;
  /** Of these, such whose node died, and the talk that nobody paid for, seconds. */
  readonly orphans: number;
  readonly unpaidSeconds: number;
}

/**
 * Judges each call by what its caller saw: answered ones are charged exactly once, for as long as
 * they talked and not longer; others cost nothing.
 */
export async function judgeCalls(
  database: TestDatabase,
  seen: readonly SeenCall[],
  answered: readonly AnsweredCall[],
  done: readonly Done[],
): Promise<CallVerdict> {
  const rows = await database.query<Booked>(`
    select c.a_number_in as caller,
      (count(*) filter (where c.kind = 'call'))::int as calls,
      (count(*) filter (where c.kind = 'correction'))::int as corrections,
      (count(*) filter (where c.kind = 'call' and h.amount > 0))::int as paid, (sum(c.sell_amount) * 100)::float8 as billed
    from cdrs c left join charges h on h.charge_id = c.cdr_id
    where c.leg = 'a' group by 1`);
  const books = new Map(rows.map((row) => [row.caller, row]));
  const answers = new Map(answered.map(({ caller, answeredMs }) => [caller, answeredMs]));
  const violations: string[] = [];
  let chargedOnce = 0;
  let orphans = 0;
  let unpaidSeconds = 0;
  for (const call of seen) {
    const booked = books.get(call.caller);
    const said = sayWhatIsWrong(call, booked, answers.get(call.caller), done);
    if (said !== undefined) {
      const rows = violations.length < TOLD_MAX ? await tellRows(database, call.caller) : '';
      violations.push(`${describe(call, booked)}: ${said}${rows}`);
    }
    if (call.answeredMs === undefined || booked === undefined || booked.paid > 1) continue;
    chargedOnce++;
    if (!isTroubled(call, done)) continue;
    orphans++;
    const talkedMs = livedUntilMs(call, done) - call.answeredMs;
    unpaidSeconds += Math.max(0, talkedMs / 1_000 - booked.billed);
  }
  return { violations, chargedOnce, orphans, unpaidSeconds };
}

function sayWhatIsWrong(
  call: SeenCall,
  booked: Booked | undefined,
  carrierMs: number | undefined,
  done: readonly Done[],
): string | undefined {
  const { answeredMs, endedMs = 0, closedMs = 0, end } = call;
  const { calls = 0, paid = 0, billed = 0 } = booked ?? {};
  if (paid > 1) return 'charged more than once';
  if (end === 'refused' && billed > 0) return 'refused, and yet charged';
  if (answeredMs === undefined) return undefined;
  if (calls === 0) return 'answered, and never charged';
  const billedMs = billed * 1_000;
  // Whatever the messages lost on their way: the node answered after the carrier and before the
  // caller heard of it, and knew of the end between the caller's BYE and its own answer to that.
  const longestMs = closedMs - (carrierMs ?? call.sentMs);
  if (billedMs > longestMs + SECOND_MS + AGREE_MS) return 'charged for more than it talked';
  if (end === 'lost' || isTroubled(call, done)) return undefined;
  const leastMs = endedMs - answeredMs - (end === 'byNode' ? TOLD_MS : AGREE_MS);
  return billedMs < leastMs ? 'charged for less than it talked' : undefined;
}

/** The records of a caller's calls, for whoever looks for the reason. */
async function tellRows(database: TestDatabase, caller: string): Promise<string> {
  const rows = await database.query<{ row: string }>(
    `select concat_ws(' ', c.cdr_id, c.kind, c.start_time::time, c.answer_time::time, c.sip_code,
       c.sip_reason, c.hangup_by, c.talk_ms, c.sell_amount, h.closed_by, c.call_id) as row
     from cdrs c left join charges h on h.charge_id = c.cdr_id
     where c.a_number_in = $1 order by c.start_time`,
    [caller],
  );
  return rows.map(({ row }) => `\n    ${row}`).join('');
}

/** Whether its node was killed or stopped while the call lived. */
function isTroubled(
  { node, sentMs, closedMs = Infinity }: SeenCall,
  done: readonly Done[],
): boolean {
  return done.some(
    ({ target, atMs, forMs }) =>
      target === `node${node + 1}` && atMs <= closedMs + JOURNALED_MS && atMs + forMs >= sentMs,
  );
}

/** When the call ended, or its node was killed. */
function livedUntilMs({ node, sentMs, endedMs = 0 }: SeenCall, done: readonly Done[]): number {
  const kills = done.filter(
    ({ harm, target, atMs }) => harm === 'node' && target === `node${node + 1}` && atMs > sentMs,
  );
  return Math.min(endedMs, ...kills.map(({ atMs }) => atMs));
}

function describe(call: SeenCall, booked: Booked | undefined): string {
  const { caller, tenant, node, status, end, answeredMs, endedMs = 0 } = call;
  const talk = answeredMs === undefined ? '' : `, talked ${Math.round(endedMs - answeredMs)} ms`;
  const { calls = 0, corrections = 0, billed = 0 } = booked ?? {};
  const books = `${calls} charges, ${corrections} corrections, ${billed} s`;
  return `${caller} of ${tenant} at node${node + 1} (${status} ${end}${talk}; books: ${books})`;
}

/** Attempts that carriers answered and that are charged otherwise than once, as sentences. */
export async function judgeAttempts(
  database: TestDatabase,
  answered: readonly AnsweredCall[],
): Promise<string[]> {
  const rows = await database.query<{ caller: string; attempts: number; most: number }>(`
    select caller, sum(n)::int as attempts, max(n)::int as most from (
      select a_number_in as caller, attempt, count(*) as n from cdrs
      where leg = 'b' and kind = 'attempt' group by 1, 2) a
    group by 1`);
  const books = new Map(rows.map((row) => [row.caller, row]));
  const twice = rows
    .filter(({ most }) => most > 1)
    .map(({ caller }) => `an attempt for ${caller} is charged more than once`);
  const never = answered
    .filter(({ caller }) => !books.has(caller))
    .map(({ caller }) => `a carrier answered a call of ${caller} and nothing is in the books`);
  return [...twice, ...never];
}
