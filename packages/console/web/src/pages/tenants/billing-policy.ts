import { nullableText, objectOf, textOf } from '../../api/read-json.ts';

/** What becomes of a tenant's calls when a node dies or the database is away. */
export interface BillingPolicy {
  readonly orphans: string;
  readonly databaseAway: string;
  readonly awayLimit: string;
  readonly lowBalance: string | null;
  readonly currency: string;
  /** The most that the policy lets the balance go below what the credit allows; null: no bound. */
  readonly overdraftBound: string | null;
}

/** Reads GET /tenants/{tenant}/billing-policy. */
export function readBillingPolicy(body: unknown): BillingPolicy {
  const policy = objectOf(body);
  return {
    orphans: textOf(policy['orphans']),
    databaseAway: textOf(policy['databaseAway']),
    awayLimit: textOf(policy['awayLimit'], '0'),
    lowBalance: nullableText(policy['lowBalance']),
    currency: textOf(policy['currency']),
    overdraftBound: nullableText(policy['overdraftBound']),
  };
}

/** What a node does for a tenant while the database is away, in people's words. */
export function wordsOfAway({ databaseAway, awayLimit, currency }: BillingPolicy): string {
  if (databaseAway === 'postpaid') return `new calls up to ${awayLimit} ${currency} on each node`;
  if (databaseAway === 'refuse') return 'no new calls; running ones end';
  return 'no new calls; running ones go on as far as they are paid';
}
