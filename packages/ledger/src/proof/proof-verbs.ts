import { randomUUID } from 'node:crypto';
import type { CliCommand } from '@tandem/messages';
import { parseMicros } from '@tandem/messages';
import type { LedgerDesk } from '../desk/ledger-desk.ts';
import { readPeriod } from './read-period.ts';
import type { Reconciliation } from './reconcile.ts';

const JSON_OPTION = { json: { type: 'boolean', describe: 'print JSON', default: false } } as const;

type ProofDesk = Pick<LedgerDesk, 'recharge' | 'reconcile' | 'explain'>;

/** `recharge`, `reconcile` and `explain`. */
export function proofVerbs(desk: ProofDesk): readonly CliCommand[] {
  return [rechargeVerb(desk), reconcileVerb(desk), explainVerb(desk)];
}

function rechargeVerb(desk: ProofDesk): CliCommand {
  return {
    command: 'recharge <tenant> <amount>',
    describe: 'pay in for a tenant; the same reference twice is one recharge',
    options: {
      reference: {
        type: 'string',
        describe:
          'key of this payment, such as the number of the invoice: said again, it pays nothing; without one each recharge is one',
      },
      remark: { type: 'string', describe: 'text for the receipt', default: '' },
      ...JSON_OPTION,
    },
    async run(args, print) {
      const amountMicros = parseMicros(textOf(args['amount']));
      if (amountMicros === undefined || amountMicros === 0n) {
        print.error('recharge: expected an amount such as 50.00 that is not zero');
        return 2;
      }
      const reference = textOf(args['reference']).trim() || randomUUID();
      const receipt = await desk.recharge({
        tenant: textOf(args['tenant']),
        amountMicros,
        reference,
        remark: textOf(args['remark']),
      });
      if (typeof receipt === 'string') {
        print.error(`recharge: ${textOf(args['tenant'])}: ${receipt}`);
        return 1;
      }
      if (args['json'] === true) print.json(receipt);
      else {
        const again = receipt.isRepeat ? ' (paid in before: not again)' : '';
        print.line(
          `receipt ${receipt.receipt}: ${receipt.amount} ${receipt.currency} for ${receipt.tenant}, balance ${receipt.balance}${again}`,
        );
      }
      return 0;
    },
  };
}

function reconcileVerb(desk: ProofDesk): CliCommand {
  return {
    command: 'reconcile',
    describe: 'prove that ledger, balances and CDRs are the same sums; exit 1 unless they are',
    options: {
      from: { type: 'string', describe: 'calls that began then or later, ISO 8601' },
      to: { type: 'string', describe: 'calls that began before then, ISO 8601' },
      ...JSON_OPTION,
    },
    async run(args, print) {
      const period = readPeriod(textOf(args['from']), textOf(args['to']));
      if (typeof period === 'string') {
        print.error(`reconcile: --${period}`);
        return 2;
      }
      const result = await desk.reconcile(period);
      if (typeof result === 'string') {
        print.error(`reconcile: ${result}`);
        return 2;
      }
      if (args['json'] === true) print.json(result);
      else {
        for (const { kind, account, difference, currency } of result.differences) {
          print.line(`${kind} ${account}: ${difference} ${currency} apart`);
        }
        for (const charge of result.holdsWithoutCall) print.line(`hold without a call: ${charge}`);
        for (const charge of result.callsWithoutHold) print.line(`call without a hold: ${charge}`);
        for (const node of result.nodesSilent)
          print.line(`${node} does not answer: its calls are unproved`);
        if (result.poisonRecords > 0) print.line(`records set aside: ${result.poisonRecords}`);
        const { tenants, carriers, calls, isClean } = result;
        const verdict = isClean ? 'no differences' : 'the books differ';
        print.line(`running calls: ${askedOf(result)}`);
        print.line(`${tenants} tenants, ${carriers} carriers, ${calls} calls: ${verdict}`);
      }
      return result.isClean ? 0 : 1;
    },
  };
}

function askedOf({ nodesCompared }: Reconciliation): string {
  if (nodesCompared === null) return 'no node was asked, --api asks all';
  return `compared with their holds by ${nodesCompared.join(', ') || 'nobody'}`;
}

function explainVerb(desk: ProofDesk): CliCommand {
  return {
    command: 'explain <call>',
    describe: 'tell the story of a call: routing, attempts, holds, charge',
    options: JSON_OPTION,
    async run(args, print) {
      const call = await desk.explain(textOf(args['call']));
      if (call === undefined) {
        print.error(`explain: nothing is known of ${textOf(args['call'])}`);
        return 1;
      }
      if (args['json'] === true) print.json(call);
      else for (const [key, value] of Object.entries(call)) print.line(`${key}: ${shown(value)}`);
      return 0;
    },
  };
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

/** The command line's parser makes numbers of what looks like one. */
function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
