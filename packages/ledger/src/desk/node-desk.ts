import { formatMicros } from '@tandem/messages';
import type { ArchivableMonth } from '../archive/archive-cdrs.ts';
import type { Bill, BillSummary } from '../bills/bill.ts';
import type { PoisonRecord } from '../poison/poison-records.ts';
import type { BillingPolicy } from '../policy/billing-policy.ts';
import type { Reconciliation } from '../proof/reconcile.ts';
import type { Receipt } from '../recharge/recharge-tenant.ts';
import type { Rerating } from '../rerate/rerate-period.ts';
import type { StatisticsDay } from '../statistics/daily-statistics.ts';
import type { LedgerDesk } from './ledger-desk.ts';
import type { NodeApi } from './node-api.ts';

/** Bills of one list. */
const BILLS_MAX = 1_000;

/** The books by a running node: who has its token needs no access to the database. */
export function nodeDesk(api: NodeApi): LedgerDesk {
  const get = async <T>(path: string): Promise<T> => (await api.ask('GET', path)) as T;
  const post = async <T>(path: string, body: unknown): Promise<T> =>
    (await api.ask('POST', path, body)) as T;
  const policyPath = (tenant: string): string => `/tenants/${named(tenant)}/billing-policy`;
  return {
    recharge: async ({ tenant, amountMicros, reference, remark }) =>
      await post<Receipt>(`/tenants/${named(tenant)}/recharges`, {
        amount: formatMicros(amountMicros),
        reference,
        remark,
      }),
    reconcile: async (period) =>
      await get<Reconciliation>(
        queryPath('/reconcile', period && { from: iso(period.fromAt), to: iso(period.toAt) }),
      ),
    explain: async (call) => await get(`/explain/${named(call)}`),
    readPolicy: async (tenant) => await get<BillingPolicy>(policyPath(tenant)),
    writePolicy: async (tenant, policy) => await api.ask('PUT', policyPath(tenant), policy),
    listBills: async (tenant) =>
      (
        await get<{ bills: readonly BillSummary[] }>(
          queryPath('/bills', { limit: String(BILLS_MAX), tenant }),
        )
      ).bills,
    readBill: async (number) => await get<Bill>(`/bills/${number}`),
    makeBills: async (tenant) =>
      (await post<{ made: number[] }>('/bills', { withoutGrace: true, tenant })).made,
    rerate: async ({ side, party, deck, fromAt, toAt, asOf, reference }) =>
      await post<Rerating>('/rerates', {
        [side === 'sale' ? 'tenant' : 'trunk']: party,
        from: iso(fromAt),
        to: iso(toAt),
        deck,
        asOf: asOf === undefined ? undefined : iso(asOf),
        reference,
      }),
    statistics: async (from, to) =>
      (await get<{ days: readonly StatisticsDay[] }>(queryPath('/statistics', { from, to }))).days,
    exportCdrs: async (query) => {
      const { headers, chunks } = await api.read(queryPath('/cdrs/export', query));
      const missing = headers.get('tandem-missing-months') ?? '';
      return { chunks, missingMonths: missing === '' ? [] : missing.split(', ') };
    },
    archivableMonths: async (keep) =>
      (
        await get<{ archivable: readonly ArchivableMonth[] }>(
          queryPath('/cdr-archives', { keep: String(keep) }),
        )
      ).archivable,
    archiveMonth: async (month) =>
      (await post<{ records: number }>('/cdr-archives', { month })).records,
    dropArchive: async (month) => {
      await api.ask('DELETE', `/cdr-archives/${named(month)}`);
      return true;
    },
    listPoison: async () =>
      (await get<{ records: readonly PoisonRecord[] }>('/poison-records')).records,
    retryPoison: async (charge) => {
      await post(`/poison-records/${named(charge)}/retry`, {});
      return 'settled';
    },
  };
}

const named = encodeURIComponent;

const iso = (at: number): string => new Date(at).toISOString();

function queryPath(path: string, query: Readonly<Record<string, string | undefined>> = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(name, value);
  }
  return search.size === 0 ? path : `${path}?${search.toString()}`;
}
