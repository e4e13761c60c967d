import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CliCommand } from '@tandem/messages';
import type { Store } from '@tandem/store';
import { patientCaller } from '../books/patient-caller.ts';
import { exportCdrs } from '../export/cdr-export.ts';
import { archivableMonths, archiveMonth } from './archive-cdrs.ts';

/** `cdr-archive`: old records leave, and what they add up to stays. */
export function archiveVerb(store: Store): CliCommand {
  return {
    command: 'cdr-archive',
    describe: 'take old months out of the call records; bills, statistics and proof go on',
    options: {
      keep: {
        type: 'number',
        describe: 'whole months that stay, beside the running one',
        demandOption: true,
      },
      export: { type: 'string', describe: 'write each month as CSV into that directory first' },
      drop: {
        type: 'boolean',
        describe: 'delete the records; without it each month stays as a table of its own',
        default: false,
      },
      'dry-run': { type: 'boolean', describe: 'say what would leave', default: false },
    },
    async run(args, print) {
      const keep = Number(args['keep']);
      if (!Number.isInteger(keep) || keep < 1 || keep > 1_200) {
        print.error('cdr-archive: --keep: expected a number of months, 1 or more');
        return 2;
      }
      const patient = patientCaller(store);
      const months = await archivableMonths(patient, keep);
      if (months.length === 0) print.line('no month is old enough');
      for (const { month, records } of months) {
        if (args['dry-run'] === true) {
          print.line(`${month}: ${records} records would leave`);
          continue;
        }
        if (typeof args['export'] === 'string') await exportMonth(store, month, args['export']);
        const taken = await archiveMonth(patient, month, args['drop'] !== true);
        if (taken === 'busy') {
          print.error(`cdr-archive: ${month}: records are read or written just now: ask again`);
          return 1;
        }
        const where = args['drop'] === true ? 'deleted' : `in cdrs_${month.replace('-', '_')}`;
        print.line(
          `${month}: ${taken === 'archived before' ? taken : `${taken} records ${where}`}`,
        );
      }
      return 0;
    },
  };
}

async function exportMonth(store: Store, month: string, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o750 });
  const [year = 0, number = 1] = month.split('-').map(Number);
  const filter = { fromAt: Date.UTC(year, number - 1), toAt: Date.UTC(year, number) };
  await exportCdrs(store, filter, join(directory, `cdrs-${month}.csv`));
}
