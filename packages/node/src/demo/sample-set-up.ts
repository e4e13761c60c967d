/** Names of the sample's phones' users; each one's password is `secret-<name>`. */
export const sampleUsers = { alice: 'alice', bob: '442079460018' } as const;

/** A number that no phone of the cluster has: the sample's carrier takes it. */
export const numberAbroad = '14155550100';

/** Who pays for what alice calls. */
export const sampleTenant = 'acme';

/** Password of a sample user. */
export function samplePassword(name: string): string {
  return `secret-${name}`;
}

/**
 * The set-up of the demonstration, as a file for `tandem apply` would hold it: a tenant whose user
 * alice is, what he pays, and a carrier for numbers that are none of our phones'. Numbers are of
 * the ranges that are kept free for stories.
 */
export function sampleSetUp(carrierAddress: string): object {
  const perSecond = { first: 1, next: 1 };
  return {
    decks: [
      {
        name: 'demo-sell',
        kind: 'sell',
        currency: 'USD',
        rates: [
          { prefix: '44', rate: '0.60', ...perSecond },
          { prefix: '1', rate: '0.30', ...perSecond },
        ],
      },
      {
        name: 'demo-buy',
        kind: 'buy',
        currency: 'USD',
        rates: [{ prefix: '1', rate: '0.12', ...perSecond }],
      },
    ],
    trunks: [
      {
        name: 'demo-carrier',
        direction: 'outbound',
        address: `sip:${carrierAddress}`,
        deck: 'demo-buy',
        maxCalls: 30,
      },
    ],
    profiles: [
      { name: 'demo', order: 'priority', routes: [{ trunk: 'demo-carrier', calledPrefix: '1' }] },
    ],
    tenants: [
      {
        name: sampleTenant,
        currency: 'USD',
        creditLimit: '100',
        deck: 'demo-sell',
        profile: 'demo',
        users: [sampleUsers.alice],
        countries: ['GB', 'US'],
        maxCalls: 30,
        maxCallsPerSecond: 10,
      },
    ],
    users: Object.values(sampleUsers).map((name) => ({ name, password: samplePassword(name) })),
  };
}
