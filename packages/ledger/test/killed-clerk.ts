import { openStore } from '@tandem/store';
import { systemClock } from '@tandem/engine';
import { archiveMonth } from '../src/archive/archive-cdrs.ts';
import { makeBills } from '../src/bills/make-bills.ts';
import { sweepHolds } from '../src/lease/sweep-holds.ts';
import { rechargeTenant } from '../src/recharge/recharge-tenant.ts';
import { rerateByName } from '../src/rerate/rerate-by-name.ts';

/*
 * A clerk that does one piece of work on the books and is killed in the middle of it.
 *
 *   node … killed-clerk.ts <database url> <work> <arguments as JSON>
 */
const [url, work, json] = process.argv.slice(2) as [string, string, string];
const given = JSON.parse(json) as { readonly tenant: string; readonly month: string };
const store = await openStore({ url, clock: systemClock, poolSize: 1 });
const works = {
  recharge: () => rechargeTenant(store, paymentOf(given.tenant)),
  rerate: () => rerateByName(store, rerateOf(given.tenant), 'clerk'),
  bills: () => makeBills(store, { graceMs: 0, tenant: given.tenant }),
  archive: () => archiveMonth(store, given.month),
  sweep: () => sweepHolds(store),
};
await works[work as keyof typeof works]();
await store.close();

function paymentOf(tenant: string): Parameters<typeof rechargeTenant>[1] {
  return {
    tenant,
    amountMicros: 5_000_000n,
    reference: `pay-${tenant}`,
    remark: '',
    actor: 'clerk',
  };
}

function rerateOf(party: string): Parameters<typeof rerateByName>[1] {
  const [fromAt, toAt] = [Date.UTC(2020, 0, 1), Date.UTC(2100, 0, 1)];
  return { side: 'sale', party, fromAt, toAt, reference: `again-${party}` };
}
