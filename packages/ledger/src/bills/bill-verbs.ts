import type { CliCommand } from '@tandem/messages';
import type { LedgerDesk } from '../desk/ledger-desk.ts';
import { billCsv, billText, localTime } from './bill-text.ts';

type BillDesk = Pick<LedgerDesk, 'listBills' | 'readBill' | 'makeBills'>;

const JSON_OPTION = { json: { type: 'boolean', describe: 'print JSON', default: false } } as const;

/** `bills` lists, `bill` shows one, `bill-run` makes those that are due. */
export function billVerbs(desk: BillDesk): readonly CliCommand[] {
  return [billsVerb(desk), billVerb(desk), billRunVerb(desk)];
}

function billsVerb(desk: BillDesk): CliCommand {
  return {
    command: 'bills',
    describe: 'list bills, newest first',
    options: { tenant: { type: 'string', describe: 'of that tenant' }, ...JSON_OPTION },
    async run(args, print) {
      const { tenant } = args;
      const bills = await desk.listBills(typeof tenant === 'string' ? tenant : undefined);
      if (args['json'] === true) print.json(bills);
      else if (bills.length === 0) print.line('no bills');
      for (const bill of args['json'] === true ? [] : bills) {
        const { number, zone, currency, closing } = bill;
        const cycle = `${localTime(bill.fromAt, zone)} to ${localTime(bill.toAt, zone)} ${zone}`;
        const calls = `calls ${bill.calls}, adjustments ${bill.adjustments}, recharges ${bill.recharges}`;
        print.line(`${number} ${bill.tenant} ${cycle}: ${calls}, closing ${closing} ${currency}`);
      }
      return 0;
    },
  };
}

function billVerb(desk: BillDesk): CliCommand {
  return {
    command: 'bill <number>',
    describe: 'show a bill: the ledger lines of a tenant and cycle, summed',
    options: {
      format: {
        type: 'string',
        describe: 'how it is printed',
        choices: ['text', 'csv', 'json'],
        default: 'text',
      },
      ...JSON_OPTION,
    },
    async run(args, print) {
      const number = Number(args['number']);
      if (!Number.isSafeInteger(number)) {
        print.error('bill: expected the number of a bill, as `tandem bills` lists them');
        return 2;
      }
      const bill = await desk.readBill(number);
      if (bill === undefined) {
        print.error(`bill: there is no bill ${number}`);
        return 1;
      }
      if (args['json'] === true || args['format'] === 'json') print.json(bill);
      else if (args['format'] === 'csv') print.line(billCsv(bill).trimEnd());
      else for (const line of billText(bill)) print.line(line);
      return 0;
    },
  };
}

function billRunVerb(desk: BillDesk): CliCommand {
  return {
    command: 'bill-run',
    describe: 'make the bills that are due now, without waiting for late records',
    options: { tenant: { type: 'string', describe: 'of that tenant' }, ...JSON_OPTION },
    async run(args, print) {
      const tenant = typeof args['tenant'] === 'string' ? args['tenant'] : undefined;
      const made = await desk.makeBills(tenant);
      if (args['json'] === true) print.json({ made });
      else print.line(made.length === 0 ? 'no bill is due' : `bills made: ${made.join(', ')}`);
      return 0;
    },
  };
}
