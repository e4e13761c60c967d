import { silentLog, systemClock, TimerWheel } from '@tandem/engine';
import type { Store } from '@tandem/store';
import { Holds } from '../../packages/ledger/src/admission/holds.ts';
import { Tombstones } from '../../packages/ledger/src/admission/tombstones.ts';
import { admitCalls } from '../../packages/ledger/src/books/admit-calls.ts';
import { holdRequest } from '../../packages/ledger/test/money-bench.ts';
import type { BenchRow } from './dispatch.bench.ts';

/** Calls that live while admission is measured. */
const LIVE_HOLDS = 60_000;
const BATCH = 500;
/** Admissions offered in a second over all nodes, evenly; and for how long. */
const OFFERED_PER_SECOND = 1_000;
const SECONDS = 5;
const STEP_MS = 4;

/** How long one call waits for its admission, as the nodes ask for it, beside 60,000 live calls. */
export async function admissionLatency(
  store: Store,
  boots: readonly string[],
  tenants: readonly string[],
): Promise<BenchRow[]> {
  const record = JSON.stringify({ terms: {}, text: 'x'.repeat(500) });
  const requestOf = (charge: string, index: number) =>
    holdRequest(charge, { tenantId: tenants[index % tenants.length] ?? null, record });
  for (let done = 0; done < LIVE_HOLDS; done += BATCH) {
    const batch = Array.from({ length: BATCH }, (_, index) =>
      requestOf(`live-${done + index}`, done + index),
    );
    await admitCalls(store, boots[0] ?? '', batch);
  }
  const nodes = boots.map((boot) => openHolds(store, boot));
  const tookMs: number[] = [];
  const asked: Promise<void>[] = [];
  const ask = async (index: number): Promise<void> => {
    const request = requestOf(`late-${index}`, index);
    const sentMs = performance.now();
    const { outcome } = await nodes.at(index % nodes.length)!.admit(request);
    if (outcome !== 'held') throw new Error(`an admission ended with ${outcome}`);
    tookMs.push(performance.now() - sentMs);
  };
  const begunMs = performance.now();
  while (performance.now() - begunMs < SECONDS * 1_000) {
    const due = ((performance.now() - begunMs) * OFFERED_PER_SECOND) / 1_000;
    while (asked.length < due) asked.push(ask(asked.length));
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
  await Promise.all(asked);
  const sorted = tookMs.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    Number((sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(2));
  const what = `admission at ${OFFERED_PER_SECOND}/s beside ${LIVE_HOLDS} live calls`;
  return [
    { what: `${what}, p50`, value: at(0.5), unit: ' ms', bound: 3 },
    { what: `${what}, p99`, value: at(0.99), unit: ' ms' },
  ];
}

/** A node's own way to the database: its lane, its batches. */
function openHolds(store: Store, boot: string): Holds {
  const lane = store.lane(`bench ${boot}`, { poolSize: 4 });
  const bootOf = (): string => boot;
  return new Holds({
    admissions: lane,
    extensions: lane,
    tombstones: new Tombstones(lane, bootOf, silentLog),
    boot: bootOf,
    wheel: new TimerWheel(systemClock),
    deadlineMs: 10_000,
  });
}
