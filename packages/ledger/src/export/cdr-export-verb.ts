import type { CliCommand } from '@tandem/messages';
import type { Store } from '@tandem/store';
import { type CdrFilter, exportCdrs } from './cdr-export.ts';

/** `cdr export FILE`: records by tenant, time and outcome, as CSV. */
export function cdrExportVerb(store: Store): CliCommand {
  return {
    command: 'cdr-export <file>',
    describe: 'write call detail records as CSV; cells are safe for spreadsheets',
    options: {
      from: { type: 'string', describe: 'calls that began then or later, ISO 8601' },
      to: { type: 'string', describe: 'calls that began before then, ISO 8601' },
      tenant: { type: 'string', describe: 'calls of that tenant' },
      status: {
        type: 'string',
        describe: 'calls that ended so',
        choices: ['answered', 'busy', 'no-answer', 'cancelled', 'declined', 'failed'],
      },
    },
    async run(args, print) {
      const filter = await readFilter(store, args);
      if (typeof filter === 'string') {
        print.error(`cdr-export: ${filter}`);
        return 2;
      }
      const file = textOf(args['file']);
      const lines = await exportCdrs(store, filter, file);
      print.line(`${lines} records written to ${file}`);
      return 0;
    },
  };
}

async function readFilter(
  store: Store,
  args: Readonly<Record<string, unknown>>,
): Promise<CdrFilter | string> {
  const [from, to, tenant, status] = ['from', 'to', 'tenant', 'status'].map((name) =>
    textOf(args[name]),
  );
  const fromAt = from === '' ? undefined : Date.parse(from!);
  const toAt = to === '' ? undefined : Date.parse(to!);
  if (Number.isNaN(fromAt)) return `--from: expected an instant such as 2026-01-31, got ${from}`;
  if (Number.isNaN(toAt)) return `--to: expected an instant such as 2026-01-31, got ${to}`;
  if (tenant === '') return { fromAt, toAt, status: status === '' ? undefined : status };
  const [row] = await store.call<{ id: bigint }>('select id from tenants where name = $1', [
    tenant,
  ]);
  if (row === undefined) return `--tenant: there is no tenant ${tenant}`;
  return { fromAt, toAt, tenantId: row.id, status: status === '' ? undefined : status };
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
