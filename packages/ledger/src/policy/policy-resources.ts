import type { ApiAnswer, ApiResource } from '@tandem/messages';
import type { MoneyCaller } from '../books/money-caller.ts';
import type { LedgerConfig } from '../config.ts';
import { policySchema, readPolicy, writePolicy } from './billing-policy.ts';

/** The mode of admission, as of the last reload. */
type Admission = () => LedgerConfig['admission'];

/**
 * What becomes of a tenant’s calls when a node dies or the database is away, what that may cost,
 * when its balance is low, and when it is billed.
 */
export function policyResources(caller: MoneyCaller, admission: Admission): readonly ApiResource[] {
  return [
    {
      method: 'GET',
      path: '/tenants/{tenant}/billing-policy',
      role: 'read',
      summary: 'Shows the policy of a tenant, and the largest overdraft it allows.',
      handle: ({ params }) => showPolicy(caller, params['tenant'] ?? '', admission),
    },
    {
      method: 'PUT',
      path: '/tenants/{tenant}/billing-policy',
      role: 'billing',
      summary: 'Sets what becomes of a tenant’s calls in trouble, its low balance, its bills.',
      handle: ({ params, body }) => setPolicy(caller, params['tenant'] ?? '', body, admission),
    },
  ];
}

async function showPolicy(
  caller: MoneyCaller,
  tenant: string,
  admission: Admission,
): Promise<ApiAnswer> {
  const policy = await readPolicy(caller, tenant, admission());
  return policy === undefined ? unknownTenant : { status: 200, body: policy };
}

async function setPolicy(
  caller: MoneyCaller,
  tenant: string,
  body: unknown,
  admission: Admission,
): Promise<ApiAnswer> {
  const read = policySchema.safeParse(body);
  if (!read.success) {
    const [issue] = read.error.issues;
    const where = issue?.path.join('.') ?? '';
    const message = issue?.message ?? 'this is no policy';
    return { status: 422, body: { error: { code: 'POLICY_INVALID', message, where } } };
  }
  if (!(await writePolicy(caller, tenant, read.data))) return unknownTenant;
  return await showPolicy(caller, tenant, admission);
}

const unknownTenant: ApiAnswer = {
  status: 404,
  body: { error: { code: 'TENANT_UNKNOWN', message: 'there is no such tenant' } },
};
