import type { Answerer } from './answerer.ts';

/** A tenant of the soak: where its calls come from, what stands against them. */
export interface Customer {
  readonly name: string;
  /** Share of all calls. */
  readonly share: number;
  readonly source: string;
  readonly balance: string;
  readonly maxCalls?: number;
  readonly maxCallsPerSecond?: number;
  /** Limit of its inbound trunk. */
  readonly trunkCalls?: number;
  /** What its calls may cost when the database is away, in all, on one node. */
  readonly awayLimit?: string;
  /** Calls of dead nodes cost nothing. */
  readonly orphans?: 'free';
}

/** Money for a minute of talk; a second costs 0.01. */
export const SELL_PER_MINUTE = '0.60';
const BUY_PER_MINUTE = '0.30';

/** Tenants whose limits are met at that rate: offered about twice what they may. */
export function customersFor(callsPerSecond: number): readonly Customer[] {
  const some = (share: number): number => Math.max(2, Math.round(callsPerSecond * share));
  const rich = { balance: '1000000' };
  return [
    { name: 'hot', share: 0.3, source: '127.0.0.71', ...rich },
    { name: 'calm', share: 0.2, source: '127.0.0.72', ...rich },
    { name: 'narrow', share: 0.1, source: '127.0.0.73', maxCalls: some(0.25), ...rich },
    { name: 'paced', share: 0.15, source: '127.0.0.74', maxCallsPerSecond: some(0.1), ...rich },
    { name: 'gated', share: 0.1, source: '127.0.0.75', trunkCalls: some(0.25), ...rich },
    { name: 'poor', share: 0.05, source: '127.0.0.76', balance: '2' },
    { name: 'postpaid', share: 0.05, source: '127.0.0.77', awayLimit: '5', ...rich },
    { name: 'lenient', share: 0.05, source: '127.0.0.78', orphans: 'free', ...rich },
  ];
}

/** Set-up of the cluster: two carriers, the first of which has a limit below what it is offered. */
export function setUpOf(
  customers: readonly Customer[],
  carriers: readonly [Answerer, Answerer],
  callsPerSecond: number,
): object {
  const rate = { first: 1, next: 1, connectFee: '0' };
  const deck = (name: string, kind: string, price: string): object => ({
    name,
    kind,
    currency: 'USD',
    rates: [{ prefix: '1', rate: price, ...rate }],
  });
  const carrier = (index: 0 | 1, maxCalls?: number): object => ({
    name: `carrier-${index + 1}`,
    direction: 'outbound',
    address: `sip:${carriers[index].address}`,
    deck: 'buy',
    ...(maxCalls !== undefined && { maxCalls }),
    breaker: { failures: 10_000, openSeconds: 1, probes: 1, codes: [503] },
  });
  return {
    decks: [deck('sell', 'sell', SELL_PER_MINUTE), deck('buy', 'buy', BUY_PER_MINUTE)],
    trunks: [
      ...customers.map(({ name, source, trunkCalls }) => ({
        name: `${name}-in`,
        direction: 'inbound',
        sources: [`${source}/32`],
        ...(trunkCalls !== undefined && { maxCalls: trunkCalls }),
      })),
      carrier(0, Math.max(3, callsPerSecond * 2)),
      carrier(1),
    ],
    profiles: [
      {
        name: 'std',
        order: 'priority',
        routes: [
          { trunk: 'carrier-1', priority: 1 },
          { trunk: 'carrier-2', priority: 2 },
        ],
      },
    ],
    tenants: customers.map(({ name, maxCalls, maxCallsPerSecond }) => ({
      name,
      currency: 'USD',
      creditLimit: '0',
      deck: 'sell',
      profile: 'std',
      trunks: [`${name}-in`],
      countries: 'any',
      ...(maxCalls !== undefined && { maxCalls }),
      ...(maxCallsPerSecond !== undefined && { maxCallsPerSecond }),
    })),
  };
}
