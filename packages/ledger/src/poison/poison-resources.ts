import type { ApiAnswer, ApiResource } from '@tandem/messages';
import type { MoneyCaller } from '../books/money-caller.ts';
import { listPoison, retryPoison } from './poison-records.ts';

/** Records that could not be settled, over HTTP: to be looked at, and tried again. */
export function poisonResources(caller: MoneyCaller): readonly ApiResource[] {
  return [
    {
      method: 'GET',
      path: '/poison-records',
      role: 'billing',
      summary: 'Shows records of calls that the database would not take, and why.',
      handle: async () => ({ status: 200, body: { records: await listPoison(caller) } }),
    },
    {
      method: 'POST',
      path: '/poison-records/{charge}/retry',
      role: 'billing',
      summary: 'Settles such a record, once what stood against it is mended.',
      handle: ({ params }) => retry(caller, params['charge'] ?? ''),
    },
  ];
}

async function retry(caller: MoneyCaller, charge: string): Promise<ApiAnswer> {
  const outcome = await retryPoison(caller, charge);
  if (outcome === 'settled') return { status: 200, body: { charge, outcome } };
  if (outcome === 'unknown') {
    return failure(404, 'RECORD_UNKNOWN', 'no such record is set aside');
  }
  return failure(409, 'RECORD_REFUSED', outcome.fault);
}

function failure(status: number, code: string, message: string): ApiAnswer {
  return { status, body: { error: { code, message } } };
}
