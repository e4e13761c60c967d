import { z } from '@tandem/engine';
import type { ApiAnswer, ApiRequest, ApiResource } from '@tandem/messages';
import type { MoneyCaller } from '../books/money-caller.ts';
import { countRated } from './rerate-books.ts';
import { findRequest } from './rerate-by-name.ts';
import { reratePeriod } from './rerate-period.ts';

/** Calls of one re-rating by a node: more would keep it from its calls. */
const CALLS_MAX = 100_000;

const instant = z.string().refine((text) => !Number.isNaN(Date.parse(text)), {
  error: 'expected an instant such as 2026-01-31',
});

const schema = z
  .strictObject({
    tenant: z.string().optional(),
    trunk: z.string().optional(),
    from: instant,
    to: instant,
    deck: z.string().min(1).optional(),
    asOf: instant.optional(),
    reference: z.string().trim().min(1).max(256).optional(),
  })
  .refine(({ tenant, trunk }) => (tenant === undefined) !== (trunk === undefined), {
    path: ['tenant'],
    error: 'expected either a tenant or a trunk',
  })
  .refine(({ from, to }) => Date.parse(to) > Date.parse(from), {
    path: ['to'],
    error: 'expected an instant after from',
  });

/** POST /rerates: what a period costs by another deck, and with a reference the corrections. */
export function rerateResource(caller: MoneyCaller): ApiResource {
  let isRunning = false;
  return {
    method: 'POST',
    path: '/rerates',
    role: 'billing',
    summary:
      'Prices the calls of a period by another deck; with a reference it posts the corrections, once.',
    refusals: {
      409: 'The reference is another re-rating’s, or the deck changed meanwhile.',
      413: 'More calls than a node prices beside its own: `tandem rerate` does it at the database.',
      503: 'The node prices another period.',
    },
    async handle(request) {
      if (isRunning) return failure(503, 'RERATE_BUSY', 'this node prices another period already');
      isRunning = true;
      try {
        return await rerate(caller, request);
      } finally {
        isRunning = false;
      }
    },
  };
}

async function rerate(caller: MoneyCaller, { body, actor }: ApiRequest): Promise<ApiAnswer> {
  const read = schema.safeParse(body);
  if (!read.success) {
    const [issue] = read.error.issues;
    const message = issue?.message ?? 'this is no re-rating';
    return failure(422, 'RERATE_INVALID', message, issue?.path.join('.'));
  }
  const { tenant, trunk = '', from, to, deck, asOf, reference } = read.data;
  const question = {
    side: tenant === undefined ? ('purchase' as const) : ('sale' as const),
    party: tenant ?? trunk,
    deck,
    fromAt: Date.parse(from),
    toAt: Date.parse(to),
    ...(asOf !== undefined && { asOf: Date.parse(asOf) }),
    reference,
  };
  const found = await findRequest(caller, question, actor);
  if (typeof found === 'string') return failure(422, 'RERATE_INVALID', found);
  if ((await countRated(caller, found, CALLS_MAX + 1)) > CALLS_MAX) {
    const message = `the period has more than ${CALLS_MAX} calls`;
    return failure(413, 'RERATE_LARGE', message);
  }
  const result = await reratePeriod(caller, found);
  if (typeof result === 'string') return failure(409, 'RERATE_REFUSED', result);
  return { status: 200, body: result };
}

function failure(status: number, code: string, message: string, where?: string): ApiAnswer {
  return { status, body: { error: { code, message, ...(where && { where }) } } };
}
