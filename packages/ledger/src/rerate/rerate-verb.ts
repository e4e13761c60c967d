import type { CliCommand } from '@tandem/messages';
import type { LedgerDesk } from '../desk/ledger-desk.ts';
import type { RerateQuestion } from './rerate-by-name.ts';
import type { Rerating } from './rerate-period.ts';

type Args = Readonly<Record<string, unknown>>;

/** `rerate`: what a period would cost by another deck, and with `--post` the corrections. */
export function rerateVerb(desk: Pick<LedgerDesk, 'rerate'>): CliCommand {
  return {
    command: 'rerate',
    describe: 'price the calls of a period by another deck; nothing is posted without --post',
    options: {
      tenant: { type: 'string', describe: 'calls that this tenant pays' },
      trunk: { type: 'string', describe: 'attempts that this carrier is paid for' },
      from: { type: 'string', describe: 'calls that began then or later', demandOption: true },
      to: { type: 'string', describe: 'calls that began before then', demandOption: true },
      deck: {
        type: 'string',
        describe: 'NAME, or NAME@VERSION of rates that an import replaced; else its present deck',
      },
      'as-of': { type: 'string', describe: 'rates as they counted then, not when a call began' },
      post: { type: 'boolean', describe: 'post the corrections', default: false },
      reference: { type: 'string', describe: 'key of this posting: said again, it posts nothing' },
      json: { type: 'boolean', describe: 'print JSON', default: false },
    },
    async run(args, print) {
      const question = readQuestion(args);
      if (typeof question === 'string') {
        print.error(`rerate: ${question}`);
        return 2;
      }
      const result = await desk.rerate(question);
      if ('problem' in result) {
        print.error(`rerate: ${result.problem}`);
        return result.isWrongUse ? 2 : 1;
      }
      const isPosted = question.reference !== undefined;
      if (args['json'] === true) print.json(result);
      else for (const line of rerateText(result, isPosted)) print.line(line);
      return 0;
    },
  };
}

function rerateText(result: Rerating, isPosted: boolean): readonly string[] {
  const { deck, currency, calls, unrated, changed, before, after, difference, posted } = result;
  return [
    ...result.lines.map(
      (line) => `${line.prefix}: ${line.calls} calls, ${line.before} -> ${line.after} ${currency}`,
    ),
    `by ${deck}: ${calls} calls, ${changed} of them at another price, ${unrated} without a rate`,
    `${before} -> ${after} ${currency}, difference ${difference}`,
    isPosted ? `posted: ${posted} ${currency}` : 'nothing was posted: --post --reference KEY does',
  ];
}

function readQuestion(args: Args): RerateQuestion | string {
  const [tenant, trunk] = [textOf(args['tenant']), textOf(args['trunk'])];
  if ((tenant === '') === (trunk === '')) return 'expected either --tenant or --trunk';
  const instants = ['from', 'to', 'as-of'].map((name) => Date.parse(textOf(args[name])));
  const [fromAt = NaN, toAt = NaN, asOf = NaN] = instants;
  if (Number.isNaN(fromAt)) return '--from: expected an instant such as 2026-01-01';
  if (Number.isNaN(toAt) || toAt <= fromAt) return '--to: expected an instant after --from';
  if (args['as-of'] !== undefined && Number.isNaN(asOf)) return '--as-of: expected an instant';
  const reference = textOf(args['reference']);
  if (args['post'] === true && reference === '') return '--post: expected a --reference';
  const deck = textOf(args['deck']);
  return {
    side: tenant === '' ? 'purchase' : 'sale',
    party: tenant === '' ? trunk : tenant,
    ...(deck !== '' && { deck }),
    fromAt,
    toAt,
    ...(!Number.isNaN(asOf) && { asOf }),
    ...(args['post'] === true && { reference }),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}
