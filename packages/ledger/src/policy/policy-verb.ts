import type { CliCommand } from '@tandem/messages';
import type { LedgerDesk } from '../desk/ledger-desk.ts';
import { policySchema } from './billing-policy.ts';

/** The verb's options and the settings they change. */
const OPTIONS = {
  orphans: 'orphans',
  'database-away': 'databaseAway',
  'away-limit': 'awayLimit',
  'low-balance': 'lowBalance',
  cycle: 'billCycle',
  'bill-day': 'billDay',
  zone: 'zone',
} as const;

/** `billing-policy TENANT`: shows it, and changes what is named. */
export function policyVerb(desk: Pick<LedgerDesk, 'readPolicy' | 'writePolicy'>): CliCommand {
  return {
    command: 'billing-policy <tenant>',
    describe: 'show what a tenant may owe and when it is billed; what is named is changed',
    options: {
      cycle: { type: 'string', describe: 'bills', choices: ['none', 'weekly', 'monthly'] },
      'bill-day': {
        type: 'number',
        describe: 'first day of a cycle: 1 Monday to 7, or 1 to 31 (or the month’s last day)',
      },
      zone: { type: 'string', describe: 'IANA zone whose midnight begins a cycle' },
      'low-balance': { type: 'string', describe: 'alert below that balance; none: never' },
      'database-away': {
        type: 'string',
        describe: 'without the database calls end with what is held, go on unseen, or end at once',
        choices: ['held', 'postpaid', 'refuse'],
      },
      'away-limit': { type: 'string', describe: 'postpaid: what one node may let go unseen' },
      orphans: {
        type: 'string',
        describe: 'a call whose node died is billed to its last beat, or not',
        choices: ['beat', 'free'],
      },
      json: { type: 'boolean', describe: 'print JSON', default: false },
    },
    async run(args, print) {
      const tenant = String(args['tenant']);
      const before = await desk.readPolicy(tenant);
      if (before === undefined) {
        print.error(`billing-policy: there is no tenant ${tenant}`);
        return 1;
      }
      const changes = changesOf(args);
      if (Object.keys(changes).length > 0) {
        const { currency: _, overdraftBound: __, nextBillAt: ___, ...settings } = before;
        const read = policySchema.safeParse({ ...settings, ...changes });
        if (!read.success) {
          const [issue] = read.error.issues;
          print.error(`billing-policy: ${issue?.path.join('.')}: ${issue?.message}`);
          return 2;
        }
        await desk.writePolicy(tenant, read.data);
      }
      const policy = await desk.readPolicy(tenant);
      if (args['json'] === true) print.json(policy);
      else {
        for (const [key, value] of Object.entries<string | number | null>({ ...policy })) {
          print.line(`${key}: ${shown(key, value)}`);
        }
      }
      return 0;
    },
  };
}

function changesOf(args: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const changes: Record<string, unknown> = {};
  for (const [option, setting] of Object.entries(OPTIONS)) {
    const value = args[option];
    if (value === undefined || value === '') continue;
    changes[setting] = setting === 'lowBalance' && value === 'none' ? null : value;
  }
  return changes;
}

function shown(key: string, value: string | number | null): string {
  if (value === null) return '–';
  return key.endsWith('At') ? new Date(Number(value)).toISOString() : String(value);
}
