import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CliCommand } from '@tandem/messages';
import type { LedgerDesk } from '../desk/ledger-desk.ts';
import { writeExport } from '../export/write-export.ts';

type ArchiveDesk = Pick<
  LedgerDesk,
  'archivableMonths' | 'archiveMonth' | 'dropArchive' | 'exportCdrs'
>;

/** `cdr-archive`: old records leave, and what they add up to stays. */
export function archiveVerb(desk: ArchiveDesk): CliCommand {
  return {
    command: 'cdr-archive',
    describe: 'take old months out of the call records; bills, statistics and proof go on',
    options: {
      keep: {
        type: 'number',
        describe: 'whole months that stay, beside the running one',
        demandOption: true,
      },
      export: { type: 'string', describe: 'write each month as CSV into that directory' },
      drop: {
        type: 'boolean',
        describe: 'delete the records; without it each month stays as a table of its own',
        default: false,
      },
      'dry-run': { type: 'boolean', describe: 'say what would leave', default: false },
    },
    async run(args, print) {
      const keep = Number(args['keep']);
      if (!isKeptCount(keep)) {
        print.error('cdr-archive: --keep: expected a number of months, 1 or more');
        return 2;
      }
      const months = await desk.archivableMonths(keep);
      if (months.length === 0) print.line('no month is old enough');
      for (const { month, records } of months) {
        if (args['dry-run'] === true) {
          print.line(`${month}: ${records} records would leave`);
          continue;
        }
        const problem = await archiveOne(desk, month, args, print);
        if (problem === undefined) continue;
        print.error(`cdr-archive: ${month}: ${problem}`);
        return 1;
      }
      return 0;
    },
  };
}

/** Whether so many months may be kept. */
export function isKeptCount(keep: number): boolean {
  return Number.isInteger(keep) && keep >= 1 && keep <= 1_200;
}

/**
 * First the month becomes a table that nobody writes any more, then it is exported, then deleted:
 * no record can come between. A text: why it ended in the middle; the table is kept then.
 */
async function archiveOne(
  desk: ArchiveDesk,
  month: string,
  args: Readonly<Record<string, unknown>>,
  print: Parameters<CliCommand['run']>[1],
): Promise<string | undefined> {
  const taken = await desk.archiveMonth(month);
  if (taken === 'busy') return 'records are read or written just now: ask again';
  if (taken === 'running') return 'the month is not over';
  if (typeof args['export'] === 'string') {
    const exported = await exportMonth(desk, month, args['export']);
    if (typeof taken === 'number' && exported < taken) {
      return `${exported} of ${taken} records were exported: they stay in their table`;
    }
  }
  const isDropped = args['drop'] === true && (await desk.dropArchive(month));
  const where = isDropped ? 'deleted' : `in cdrs_${month.replace('-', '_')}`;
  print.line(`${month}: ${typeof taken === 'string' ? taken : `${taken} records ${where}`}`);
  return undefined;
}

async function exportMonth(desk: ArchiveDesk, month: string, directory: string): Promise<number> {
  await mkdir(directory, { recursive: true, mode: 0o750 });
  const [year = 0, number = 1] = month.split('-').map(Number);
  const [from, to] = [number - 1, number].map((index) =>
    new Date(Date.UTC(year, index)).toISOString(),
  );
  const exported = await desk.exportCdrs({ from: from!, to: to! });
  if (typeof exported === 'string') throw new Error(exported);
  return await writeExport(exported.chunks, join(directory, `cdrs-${month}.csv`));
}
