import type { CliCommand } from '@tandem/messages';
import { pipeline } from 'node:stream/promises';
import type { LedgerDesk } from '../desk/ledger-desk.ts';
import { cdrFilterMeanings } from '../records/cdr-query.ts';
import { LineCounter, writeExport } from './write-export.ts';

/** The filters of the API as options; `--node` is every verb's, and names the node of the conf. */
const FILTERS = Object.entries(cdrFilterMeanings).map(([name, describe]) => ({
  name,
  option:
    name === 'node' ? 'at-node' : name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
  describe,
}));

/** `cdr-export FILE`: records by any filter of GET /cdrs, as CSV; `-` is standard output. */
export function cdrExportVerb(
  desk: Pick<LedgerDesk, 'exportCdrs'>,
  output: () => NodeJS.WritableStream = () => process.stdout,
): CliCommand {
  return {
    command: 'cdr-export <file>',
    describe: 'write call detail records as CSV; cells are safe for spreadsheets',
    options: Object.fromEntries(
      FILTERS.map(({ option, describe }) => [option, { type: 'string' as const, describe }]),
    ),
    async run(args, print) {
      const query = Object.fromEntries(
        FILTERS.map(({ name, option }) => [name, textOf(args[option])] as const).filter(
          ([, value]) => value !== '',
        ),
      );
      const exported = await desk.exportCdrs(query);
      if (typeof exported === 'string') {
        print.error(`cdr-export: --${exported}`);
        return 2;
      }
      const { chunks, missingMonths } = exported;
      const file = textOf(args['file']);
      if (missingMonths.length > 0) {
        print.error(`cdr-export: without ${missingMonths.join(', ')}: their records were deleted`);
      }
      if (file === '-') {
        const counter = new LineCounter();
        await pipeline(counter.count(chunks), output(), { end: false });
      } else {
        const lines = await writeExport(chunks, file);
        print.line(`${lines} records written to ${file}`);
      }
      return 0;
    },
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
