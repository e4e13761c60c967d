import { parseArgs } from 'node:util';

/** What a soak is told. */
export interface SoakPlan {
  readonly minutes: number;
  readonly callsPerSecond: number;
  readonly seed: number;
  /** What is done to the cluster meanwhile: `none`, or a list of node, freeze, nats, database. */
  readonly harms: readonly Harm[];
}

/** What may be done to a cluster: SIGKILL for a node, NATS, Postgres; a node stopped for a while. */
export type Harm = 'node' | 'freeze' | 'nats' | 'database';

const HARMS: readonly Harm[] = ['node', 'freeze', 'nats', 'database'];

/** Reads the command line. @throws Error that says what is wrong with it */
export function readSoakPlan(args: readonly string[]): SoakPlan {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '10' },
      'calls-per-second': { type: 'string', default: '200' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      harm: { type: 'string', default: HARMS.join(',') },
    },
  });
  const harms = values.harm === 'none' ? [] : values.harm.split(',');
  const unknown = harms.find((harm) => !(HARMS as readonly string[]).includes(harm));
  if (unknown !== undefined) throw new Error(`--harm: ${unknown} is none of ${HARMS.join(', ')}`);
  return {
    minutes: positive('minutes', values.minutes),
    callsPerSecond: positive('calls-per-second', values['calls-per-second']),
    seed: positive('seed', values.seed),
    harms: harms as Harm[],
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (value > 0) return value;
  throw new Error(`--${name}: expected a number above 0, got ${text}`);
}
