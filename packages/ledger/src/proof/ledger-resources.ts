import { type ApiAnswer, type ApiRequest, type ApiResource, parseMicros } from '@tandem/messages';
import type { MoneyCaller } from '../books/money-caller.ts';
import { rechargeTenant } from '../recharge/recharge-tenant.ts';
import { explainCall } from './explain.ts';
import { type ComparedCalls, withNodes } from './compared-calls.ts';
import { readPeriod } from './read-period.ts';
import { reconcile, reconcilePeriod } from './reconcile.ts';

/** What only the nodes know, for the proof. */
export interface NodeKnowledge {
  /** Asks all nodes to compare their calls with the holds. */
  compareCalls(): Promise<ComparedCalls>;
}

/** The ledger over HTTP: proof, through a caller that may take its time; explanation, payments. */
export function ledgerResources(
  caller: MoneyCaller,
  patient: MoneyCaller,
  nodes: NodeKnowledge,
): readonly ApiResource[] {
  return [
    {
      method: 'GET',
      path: '/reconcile',
      role: 'billing',
      summary: 'Proves that ledger, balances and CDRs are the same sums.',
      query: {
        from: 'calls that began then or later, ISO 8601',
        to: 'calls that began before then; without it, before now',
      },
      handle: ({ query }) => prove(patient, nodes, query),
    },
    {
      method: 'GET',
      path: '/explain/{call}',
      role: 'read',
      summary: 'Tells the story of a call: routing, attempts, holds, charge.',
      handle: async ({ params }) => {
        const call = await explainCall(caller, params['call'] ?? '');
        return call === undefined
          ? failure(404, 'CALL_UNKNOWN', 'nothing is known of that call')
          : { status: 200, body: call };
      },
    },
    {
      method: 'POST',
      path: '/tenants/{tenant}/recharges',
      role: 'billing',
      summary: 'Pays in for a tenant, once per reference; the answer is the receipt.',
      handle: (request) => recharge(caller, request),
    },
  ];
}

async function prove(
  caller: MoneyCaller,
  nodes: NodeKnowledge,
  query: ApiRequest['query'],
): Promise<ApiAnswer> {
  const period = readPeriod(query['from'], query['to']);
  if (typeof period === 'string') return failure(422, 'PERIOD_INVALID', period);
  const result =
    period === undefined ? await reconcile(caller, 0) : await reconcilePeriod(caller, 0, period);
  if (typeof result === 'string') return failure(422, 'PERIOD_INVALID', result);
  return { status: 200, body: withNodes(result, await nodes.compareCalls()) };
}

async function recharge(caller: MoneyCaller, request: ApiRequest): Promise<ApiAnswer> {
  const { amount, reference, remark } = bodyOf(request.body);
  const amountMicros = typeof amount === 'string' ? parseMicros(amount) : undefined;
  if (amountMicros === undefined || amountMicros === 0n) {
    return failure(422, 'AMOUNT_INVALID', 'amount: expected a decimal text such as "50.00"');
  }
  if (typeof reference !== 'string' || reference.trim() === '') {
    return failure(422, 'REFERENCE_MISSING', 'reference: expected the key of this payment');
  }
  const receipt = await rechargeTenant(caller, {
    tenant: request.params['tenant'] ?? '',
    amountMicros,
    reference: reference.trim(),
    remark: typeof remark === 'string' ? remark : '',
    actor: request.actor,
  });
  if (receipt === 'no tenant') return failure(404, 'TENANT_UNKNOWN', 'there is no such tenant');
  if (typeof receipt === 'string') {
    return failure(409, 'REFERENCE_TAKEN', `nothing was paid in: ${receipt}`);
  }
  return { status: receipt.isRepeat ? 200 : 201, body: receipt };
}

function bodyOf(body: unknown): Record<string, unknown> {
  return typeof body === 'object' && body !== null ? { ...body } : {};
}

function failure(status: number, code: string, message: string): ApiAnswer {
  return { status, body: { error: { code, message } } };
}
