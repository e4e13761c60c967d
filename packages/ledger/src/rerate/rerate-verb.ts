import type { CliCommand } from '@tandem/messages';
import type { MoneyCaller } from '../books/money-caller.ts';
import { findDeck, findParty } from './rating-deck.ts';
import { reratePeriod, type Rerating } from './rerate-period.ts';
import type { RerateRequest } from './rerate-request.ts';

type Args = Readonly<Record<string, unknown>>;

/** `rerate`: what a period would cost by another deck, and with `--post` the corrections. */
export function rerateVerb(caller: MoneyCaller): CliCommand {
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
      const request = await readRequest(caller, args);
      if (typeof request === 'string') {
        print.error(`rerate: ${request}`);
        return 2;
      }
      const result = await reratePeriod(caller, request);
      if (typeof result === 'string') {
        print.error(`rerate: ${result}`);
        return 1;
      }
      if (args['json'] === true) print.json(result);
      else for (const line of rerateText(result, request.post !== undefined)) print.line(line);
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

async function readRequest(caller: MoneyCaller, args: Args): Promise<RerateRequest | string> {
  const [tenant, trunk] = [textOf(args['tenant']), textOf(args['trunk'])];
  if ((tenant === '') === (trunk === '')) return 'expected either --tenant or --trunk';
  const instants = ['from', 'to', 'as-of'].map((name) => Date.parse(textOf(args[name])));
  const [fromAt = NaN, toAt = NaN, asOf = NaN] = instants;
  if (Number.isNaN(fromAt)) return '--from: expected an instant such as 2026-01-01';
  if (Number.isNaN(toAt) || toAt <= fromAt) return '--to: expected an instant after --from';
  if (args['as-of'] !== undefined && Number.isNaN(asOf)) return '--as-of: expected an instant';
  const reference = textOf(args['reference']);
  if (args['post'] === true && reference === '') return '--post: expected a --reference';
  const side = tenant === '' ? 'purchase' : 'sale';
  const party = await findParty(caller, side, tenant === '' ? trunk : tenant);
  if (party === undefined)
    return `there is no ${side === 'sale' ? 'tenant' : 'trunk'} ${tenant}${trunk}`;
  const named = textOf(args['deck']);
  const deck = await findDeck(caller, party, named === '' ? undefined : named);
  if (typeof deck === 'string') return deck;
  return {
    party,
    deck,
    fromAt,
    toAt,
    ...(!Number.isNaN(asOf) && { asOf }),
    ...(args['post'] === true && { post: { reference, actor: 'cli' } }),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}
