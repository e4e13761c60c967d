import { z } from '@tandem/engine';
import type { ApiAnswer, ApiRequest, ApiResource } from '@tandem/messages';
import type { MoneyCaller } from '../books/money-caller.ts';
import { listBills, readBill } from './bill.ts';
import { billCsv, billText } from './bill-text.ts';
import { makeBills } from './make-bills.ts';

/** Bills of one answer. */
const BILLS_MAX = 1_000;

/**
 * Bills over HTTP: the list, one as JSON, CSV or text, and the making of those that are due, through
 * a caller that may take its time.
 */
export function billResources(
  caller: MoneyCaller,
  patient: MoneyCaller,
  graceMs: () => number,
): readonly ApiResource[] {
  return [
    {
      method: 'GET',
      path: '/bills',
      role: 'billing',
      summary: 'Lists bills, newest first.',
      query: {
        tenant: 'of that tenant',
        before: 'below that number: nextBefore of the answer before',
        limit: `1 to ${BILLS_MAX}, 100 if not given`,
      },
      handle: (request) => list(caller, request),
    },
    {
      method: 'GET',
      path: '/bills/{number}',
      role: 'billing',
      summary: 'Shows a bill with its lines.',
      query: { format: 'json, csv or text' },
      handle: (request) => show(caller, request),
    },
    {
      method: 'POST',
      path: '/bills',
      role: 'billing',
      summary: 'Makes the bills that are due; they are made by themselves, too.',
      handle: async ({ body }) => await make(patient, body, graceMs()),
    },
  ];
}

const runSchema = z.strictObject({
  tenant: z.string().optional(),
  /** At once, without waiting for late records. */
  withoutGrace: z.boolean().default(false),
});

async function make(caller: MoneyCaller, body: unknown, graceMs: number): Promise<ApiAnswer> {
  const read = runSchema.safeParse(body ?? {});
  if (!read.success) return invalid('body', read.error.issues[0]?.message ?? 'this is no run');
  const { tenant, withoutGrace } = read.data;
  const made = await makeBills(caller, { graceMs: withoutGrace ? 0 : graceMs, tenant });
  return { status: 200, body: { made } };
}

async function list(caller: MoneyCaller, { query }: ApiRequest): Promise<ApiAnswer> {
  const limit = Number(query['limit'] ?? '100');
  if (!Number.isInteger(limit) || limit < 1 || limit > BILLS_MAX) {
    return invalid('limit', `expected a number from 1 to ${BILLS_MAX}`);
  }
  const before = query['before'] === undefined ? undefined : Number(query['before']);
  if (before !== undefined && !Number.isSafeInteger(before)) {
    return invalid('before', 'expected the number of a bill');
  }
  const { tenant } = query;
  const bills = await listBills(caller, {
    limit,
    ...(tenant === undefined ? undefined : { tenant }),
    ...(before === undefined ? undefined : { before }),
  });
  const nextBefore = bills.length === limit ? bills.at(-1)?.number : undefined;
  return { status: 200, body: { bills, ...(nextBefore && { nextBefore }) } };
}

async function show(caller: MoneyCaller, { params, query }: ApiRequest): Promise<ApiAnswer> {
  const number = Number(params['number']);
  const bill = Number.isSafeInteger(number) ? await readBill(caller, number) : undefined;
  if (bill === undefined) {
    const message = 'there is no bill of that number';
    return { status: 404, body: { error: { code: 'BILL_UNKNOWN', message } } };
  }
  switch (query['format'] ?? 'json') {
    case 'json':
      return { status: 200, body: bill };
    case 'csv':
      return { status: 200, body: billCsv(bill), contentType: 'text/csv; charset=utf-8' };
    case 'text':
      return {
        status: 200,
        body: `${billText(bill).join('\n')}\n`,
        contentType: 'text/plain; charset=utf-8',
      };
    default:
      return invalid('format', 'expected json, csv or text');
  }
}

function invalid(where: string, message: string): ApiAnswer {
  return { status: 422, body: { error: { code: 'QUERY_INVALID', message, where } } };
}
