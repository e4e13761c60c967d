import type { CliCommand } from '@tandem/messages';
import type { LedgerDesk } from '../desk/ledger-desk.ts';

/** `tandem poison`: shows records that could not be settled; `--retry` settles one. */
export function poisonVerb(desk: Pick<LedgerDesk, 'listPoison' | 'retryPoison'>): CliCommand {
  return {
    command: 'poison',
    describe: 'show records of calls that the database would not take; exit 1 if there are any',
    options: {
      retry: { type: 'string', describe: 'the charge of a record to be settled now' },
      json: { type: 'boolean', describe: 'print JSON', default: false },
    },
    async run(args, print) {
      const { retry } = args;
      if (typeof retry === 'string' && retry !== '') {
        const outcome = await desk.retryPoison(retry);
        if (outcome === 'settled') {
          print.line(`${retry}: settled`);
          return 0;
        }
        print.error(`poison: ${retry}: ${outcome === 'unknown' ? 'not set aside' : outcome.fault}`);
        return 1;
      }
      const records = await desk.listPoison();
      if (args['json'] === true) print.json(records);
      else {
        for (const { charge, fault, setAsideAt } of records) {
          print.line(`${new Date(setAsideAt).toISOString()} ${charge}: ${fault}`);
        }
        print.line(records.length === 0 ? 'no record is set aside' : `${records.length} set aside`);
      }
      return records.length === 0 ? 0 : 1;
    },
  };
}
