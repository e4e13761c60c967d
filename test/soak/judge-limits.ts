import type { TestDatabase } from '@tandem/store/testing';
import type { Customer } from './customers.ts';
import { heldMost } from './hold-watch.ts';
import type { SeenCall } from './seen-call.ts';

/** Limits that were exceeded, by the noted holds and by what callers saw, as sentences. */
export async function judgeLimits(
  database: TestDatabase,
  customers: readonly Customer[],
  seen: readonly SeenCall[],
  isTroubled: (call: SeenCall) => boolean,
): Promise<{ readonly violations: string[]; readonly facts: string[] }> {
  const violations: string[] = [];
  const facts: string[] = [];
  for (const row of await heldMost(database)) {
    const { kind, name, maxCalls, maxCallsPerSecond: rate, most, mostInSecond } = row;
    if (maxCalls !== null && maxCalls > 0) {
      facts.push(`${kind} ${name}: ${most} of ${maxCalls} calls at once`);
      if (most > maxCalls) violations.push(`${kind} ${name} held ${most} calls of ${maxCalls}`);
    }
    if (rate !== null && rate > 0) {
      // One burst may come early; one more by the time between a batch's admission and its rows.
      const allowed = rate + Math.max(1, Math.ceil(rate / 10)) + 1;
      facts.push(`${kind} ${name}: ${mostInSecond} calls in a second at ${rate}/s`);
      if (mostInSecond > allowed) {
        violations.push(`${kind} ${name} admitted ${mostInSecond} in a second, allowed ${allowed}`);
      }
    }
  }
  for (const { name, maxCalls, trunkCalls } of customers) {
    const limit = maxCalls ?? trunkCalls;
    if (limit === undefined) continue;
    const most = mostAtOnce(seen.filter((call) => call.tenant === name && !isTroubled(call)));
    facts.push(`callers of ${name} saw ${most} of ${limit} calls up at once`);
    if (most > limit)
      violations.push(`callers of ${name} had ${most} calls of ${limit} up at once`);
  }
  return { violations, facts };
}

function mostAtOnce(calls: readonly SeenCall[]): number {
  const moves = calls
    .filter(({ answeredMs }) => answeredMs !== undefined)
    .flatMap(({ answeredMs = 0, endedMs = 0 }) => [
      { atMs: answeredMs, change: 1 },
      { atMs: endedMs, change: -1 },
    ])
    .toSorted((a, b) => a.atMs - b.atMs || a.change - b.change);
  let now = 0;
  let most = 0;
  for (const { change } of moves) most = Math.max(most, (now += change));
  return most;
}
