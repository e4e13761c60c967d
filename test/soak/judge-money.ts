import type { TestDatabase } from '@tandem/store/testing';
import type { ProcessCluster } from '../harness/process-cluster.ts';
import type { Payments } from './payments.ts';

/** What is wrong with sums and payments, as sentences, and the sums themselves. */
export async function judgeMoney(
  cluster: ProcessCluster,
  database: TestDatabase,
  payments: Payments,
): Promise<{ readonly violations: string[]; readonly facts: string[] }> {
  const violations: string[] = [];
  const proof = await cluster.tandem(['reconcile', '--json', '--config', cluster.conf]);
  if (proof.code !== 0) violations.push(`reconcile: ${proof.stdout}${proof.stderr}`);
  const tenants = await database.query<{ name: string; balance: string; paid: string }>(`
    select t.name, t.balance, coalesce(sum(r.amount), 0)::text as paid
    from tenants t left join recharges r on r.tenant_id = t.id group by t.id order by t.id`);
  for (const { name, balance } of tenants) {
    // No tenant here has credit, and prepaid ones are never let beyond what is held.
    if (Number(balance) < 0) violations.push(`${name} has ${balance}: charged more than it had`);
  }
  const paid = await database.query<{ reference: string; amount: string }>(
    `select reference, amount from recharges where reference like 'soak-%'`,
  );
  const booked = new Set(paid.map(({ reference }) => reference));
  for (const reference of payments.acknowledged) {
    if (!booked.has(reference)) violations.push(`payment ${reference} was acknowledged and lost`);
  }
  const facts = tenants.map(
    ({ name, balance, paid: sum }) => `${name}: ${sum} paid, ${balance} left`,
  );
  facts.push(`${payments.acknowledged.size} payments acknowledged, ${paid.length} in the books`);
  return { violations, facts };
}
