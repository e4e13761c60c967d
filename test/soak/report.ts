import type { CallVerdict } from './judge-calls.ts';
import type { Done } from './chaos.ts';
import type { LastStroke } from './last-stroke.ts';
import type { SeenCall } from './seen-call.ts';

/** Violations printed one by one; more are counted. */
const SHOWN_MAX = 40;

/** What a soak found. */
export interface SoakReport {
  readonly seconds: number;
  readonly seen: readonly SeenCall[];
  readonly lagMaxMs: number;
  readonly done: readonly Done[];
  readonly calls: CallVerdict;
  /** Calls that carriers answered. */
  readonly carried: number;
  readonly stroke: LastStroke | undefined;
  readonly holdsGoneMs: number;
  readonly facts: readonly string[];
  readonly violations: readonly string[];
}

/** Prints it for a person. */
export function printReport(report: SoakReport): void {
  const { seconds, seen, lagMaxMs, done, calls, carried, facts, violations } = report;
  const { stroke, holdsGoneMs } = report;
  const ends = countBy(seen, ({ end, status }) =>
    end === 'refused' ? `refused ${status}` : String(end),
  );
  const answered = seen.filter(({ answeredMs }) => answeredMs !== undefined).length;
  console.log(`\n${seen.length} calls in ${Math.round(seconds)} s, ${answered} answered`);
  for (const [end, count] of ends) console.log(`  ${end.padEnd(14)} ${count}`);
  const harms = countBy(done, ({ harm }) => harm);
  console.log(`harms: ${harms.map(([harm, count]) => `${count} ${harm}`).join(', ') || 'none'}`);
  console.log(`charged exactly once: ${calls.chargedOnce} of ${answered} answered calls`);
  console.log(
    `calls on a node that was harmed: ${calls.orphans}; talk of theirs that nobody paid for: ` +
      `${calls.unpaidSeconds.toFixed(1)} s`,
  );
  console.log(`attempts that carriers answered: ${carried}`);
  if (stroke !== undefined) {
    const { calls: held, closedMs } = stroke;
    console.log(
      `a node killed last: its ${held} holds were closed after ${Math.round(closedMs)} ms`,
    );
  }
  console.log(`nothing held ${Math.round(holdsGoneMs)} ms after the last call`);
  console.log(`the phones themselves were late by ${Math.round(lagMaxMs)} ms at most`);
  for (const fact of facts) console.log(`  ${fact}`);
  for (const violation of violations.slice(0, SHOWN_MAX)) console.log(`VIOLATION ${violation}`);
  if (violations.length > SHOWN_MAX) console.log(`… and ${violations.length - SHOWN_MAX} more`);
  console.log(violations.length === 0 ? 'all is well' : `${violations.length} violations`);
}

function countBy<T>(all: readonly T[], keyOf: (one: T) => string): [string, number][] {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1);
  return [...counts].toSorted(([a], [b]) => a.localeCompare(b));
}
