import type { CliCommand } from '@tandem/messages';
import { isRounding, priceStatement, readMicros, ROUNDINGS, termsProblem } from '@tandem/rating';
import { textArgument } from './argument.ts';

/** `tandem price`: what a call of so many seconds costs, by the arithmetic that bills calls. */
export const priceCommand: CliCommand = {
  command: 'price',
  describe: 'price a call: rate per minute, increments, seconds of talk',
  options: {
    rate: { type: 'string', describe: 'price of a minute, such as 0.10', demandOption: true },
    seconds: { type: 'string', describe: 'talk, such as 61 or 61.5', demandOption: true },
    first: { type: 'number', describe: 'first increment, seconds', default: 60 },
    next: { type: 'number', describe: 'further increments, seconds', default: 60 },
    'connect-fee': { type: 'string', describe: 'paid once by an answered call', default: '0' },
    rounding: {
      type: 'string',
      describe: 'how the sixth decimal is rounded',
      choices: [...ROUNDINGS],
      default: 'halfUp',
    },
  },
  run(args, print) {
    const rate = readMicros(textArgument(args, 'rate') ?? '');
    const connectFee = readMicros(textArgument(args, 'connect-fee') ?? '0');
    const seconds = textArgument(args, 'seconds') ?? '';
    const rounding = textArgument(args, 'rounding') ?? 'halfUp';
    if ('problem' in rate) return wrong(print, `--rate: ${rate.problem}`);
    if ('problem' in connectFee) return wrong(print, `--connect-fee: ${connectFee.problem}`);
    if (!/^\d{1,9}(\.\d{1,3})?$/.test(seconds)) {
      return wrong(print, `--seconds: expected seconds such as 61, got ${JSON.stringify(seconds)}`);
    }
    if (!isRounding(rounding)) return wrong(print, `--rounding: expected ${ROUNDINGS.join(', ')}`);
    const terms = {
      rateMicrosPerMinute: rate.micros,
      firstSeconds: Number(args['first']),
      nextSeconds: Number(args['next']),
      connectFeeMicros: connectFee.micros,
      rounding,
    };
    const problem = termsProblem(terms);
    if (problem !== undefined) return wrong(print, problem);
    const statement = priceStatement(terms, Math.round(Number(seconds) * 1_000));
    if (args['json'] === true) print.json(statement);
    else {
      const { billedSeconds, price } = statement;
      print.line(`${price} for ${seconds} s of talk, billed as ${billedSeconds} s`);
    }
    return Promise.resolve(0);
  },
};

function wrong(print: Parameters<CliCommand['run']>[1], message: string): Promise<number> {
  print.error(message);
  return Promise.resolve(2);
}
