import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Ask, definePlugin, Engine, type Message, Trail } from '@tandem/engine';

/*
 * What one dispatch costs: 10 handlers, 10 fresh params, 7 filters, one change, the last one
 * answers, trail on. The rival is Node's EventEmitter with ten listeners that make the same
 * tests and the same change by hand; it keeps no trail, isolates no fault, knows no deadline.
 *
 * Each variant lives in a process of its own, and the rounds of all variants alternate, so that
 * a busy machine slows all of them alike. What is counted is CPU time, not the clock's.
 *
 *   npx tsx --conditions=tandem-source test/bench/dispatch.bench.ts [--json]
 */

/** One line of a bench: what was measured, its bound, and the rival measured beside it. */
export interface BenchRow {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What the design allows, in the same unit. */
  readonly bound?: number;
  /** The rival's figure, in the same unit. */
  readonly rival?: number;
  /** Ours divided by the rival's. */
  readonly ratio?: number;
}

/** A bench's result. */
export interface BenchResult {
  readonly name: string;
  readonly rows: readonly BenchRow[];
}

interface RouteParams {
  readonly id: string;
  readonly module: string;
  readonly status: string;
  readonly address: string;
  readonly billid: string;
  readonly caller: string;
  readonly called: string;
  readonly callername: string;
  readonly formats: string;
  readonly direction: string;
}

declare module '@tandem/engine' {
  interface MessageMap {
    'bench.route': Ask<RouteParams, string>;
  }
}

const ROUNDS = 15;
const WARM_UP_DISPATCHES = 200_000;
const ROUND_DISPATCHES = 50_000;
/** Yate 6.4 on a machine of this kind: its dispatcher with the same handlers, plain and tracking. */
const YATE_NS = 3_900;
const YATE_TRACKING_NS = 4_400;

/** Texts made beforehand, so that no variant is charged for building strings. */
const NUMBERS = Array.from({ length: 1_024 }, (_, index) => `4930${String(1_000_000 + index)}`);

function freshParams(count: number): RouteParams {
  const number = NUMBERS.at(count & 1_023)!;
  return {
    id: number,
    module: 'sip',
    status: 'incoming',
    address: '192.0.2.7:5060',
    billid: number,
    caller: '4989123456',
    called: number,
    callername: 'Alice',
    formats: 'alaw,mulaw',
    direction: 'incoming',
  };
}

const CALLED = /^\d{7,15}$/;

/** Ten handlers, seven with filters: four let the message pass, three do not. */
async function ours(isAsync: boolean): Promise<(count: number) => unknown> {
  const engine = new Engine({ node: 'node1' });
  let seen = 0;
  const look = ({ params }: Message<'bench.route'>): undefined => void (seen += params.id.length);
  const plugin = definePlugin({
    name: 'bench',
    setup(scope) {
      scope.handle('bench.route', { priority: 10, where: { module: 'sip' } }, look);
      scope.handle('bench.route', { priority: 20, where: { status: 'outgoing' } }, look);
      scope.handle('bench.route', { priority: 30, where: { called: CALLED } }, look);
      scope.handle('bench.route', { priority: 40 }, (message) => {
        message.change({ called: message.params.caller });
      });
      scope.handle('bench.route', { priority: 50, where: { direction: 'outgoing' } }, look);
      if (isAsync) scope.handle('bench.route', { priority: 60 }, async (message) => look(message));
      else scope.handle('bench.route', { priority: 60 }, look);
      scope.handle('bench.route', { priority: 70, where: { module: ['h323', 'sip'] } }, look);
      scope.handle('bench.route', { priority: 80, where: { callername: { not: 'Bob' } } }, look);
      scope.handle('bench.route', { priority: 90, where: { formats: 'g729' } }, look);
      scope.handle('bench.route', { priority: 100 }, ({ params }) => params.called);
    },
  });
  await engine.install(plugin);
  const { bus } = engine;
  return (count) => bus.ask('bench.route', freshParams(count), { trail: new Trail() });
}

/** The same ten, as anyone writes them on an EventEmitter. */
function emitter(isAsync: boolean): (count: number) => unknown {
  interface RouteEvent {
    readonly time: number;
    params: RouteParams;
    answer: string | undefined;
    pending: Promise<unknown> | undefined;
  }
  const events = new EventEmitter();
  let seen = 0;
  const look = ({ params }: RouteEvent): void => void (seen += params.id.length);
  const on = (listener: (event: RouteEvent) => void): void => void events.on('route', listener);
  on((event) => event.params.module === 'sip' && look(event));
  on((event) => event.params.status === 'outgoing' && look(event));
  on((event) => CALLED.test(event.params.called) && look(event));
  on((event) => {
    event.params = { ...event.params, called: event.params.caller };
  });
  on((event) => event.params.direction === 'outgoing' && look(event));
  if (isAsync) on((event) => void (event.pending = (async () => look(event))()));
  else on(look);
  on((event) => ['h323', 'sip'].includes(event.params.module) && look(event));
  on((event) => event.params.callername !== 'Bob' && look(event));
  on((event) => event.params.formats === 'g729' && look(event));
  on((event) => void (event.answer ??= event.params.called));
  return (count) => {
    const event: RouteEvent = {
      time: Date.now(),
      params: freshParams(count),
      answer: undefined,
      pending: undefined,
    };
    events.emit('route', event);
    return event.pending === undefined ? event.answer : event.pending.then(() => event.answer);
  };
}

const VARIANTS = {
  'ours, all sync': () => ours(false),
  'EventEmitter, all sync': () => emitter(false),
  'ours, one async': () => ours(true),
  'EventEmitter, one async': () => emitter(true),
} as const;

type Variant = keyof typeof VARIANTS;

/** Measures all variants in alternating rounds. Takes some seconds; needs no network. */
export async function run(): Promise<BenchResult> {
  const names = Object.keys(VARIANTS) as Variant[];
  const rounds = new Map<Variant, number[]>(names.map((name) => [name, []]));
  const processes = names.map((name) => ({ name, ...startVariant(name) }));
  try {
    await Promise.all(processes.map(({ ready }) => ready));
    for (let round = 0; round < ROUNDS; round++) {
      for (const { name, measure } of processes) rounds.get(name)!.push(await measure());
    }
  } finally {
    for (const { end } of processes) end();
  }
  const ns = (name: Variant): number => Math.round(median(rounds.get(name)!));
  return {
    name: 'dispatch',
    rows: [
      row('10 handlers, all sync', ns('ours, all sync'), ns('EventEmitter, all sync'), 1_000),
      row('10 handlers, one async', ns('ours, one async'), ns('EventEmitter, one async'), 3_000),
      { what: "Yate's dispatcher, as measured once", value: YATE_NS, unit: 'ns' },
      { what: 'the same with tracking', value: YATE_TRACKING_NS, unit: 'ns' },
    ],
  };
}

function row(what: string, value: number, rival: number, bound: number): BenchRow {
  return { what, value, unit: 'ns', bound, rival, ratio: Number((value / rival).toFixed(2)) };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b).at(values.length >> 1)!;
}

/** A process that measures one variant, a round at each question. */
function startVariant(name: Variant): {
  ready: Promise<void>;
  measure: () => Promise<number>;
  end: () => void;
} {
  const child = fork(fileURLToPath(import.meta.url), ['--variant', name], {
    execArgv: ['--conditions=tandem-source', '--import', import.meta.resolve('tsx')],
  });
  const next = (): Promise<number> =>
    new Promise((resolve, reject) => {
      const ended = (code: number | null): void => reject(new Error(`${name} ended with ${code}`));
      child.once('exit', ended);
      child.once('message', (ns) => {
        child.off('exit', ended);
        resolve(ns as number);
      });
    });
  return {
    ready: next().then(() => undefined),
    measure: () => {
      child.send('round');
      return next();
    },
    end: () => child.disconnect(),
  };
}

async function runVariant(name: Variant): Promise<void> {
  const dispatch = await VARIANTS[name]();
  await repeat(dispatch, WARM_UP_DISPATCHES);
  process.on('message', () => {
    void (async () => {
      const before = process.cpuUsage();
      await repeat(dispatch, ROUND_DISPATCHES);
      const { user, system } = process.cpuUsage(before);
      process.send!(((user + system) * 1_000) / ROUND_DISPATCHES);
    })();
  });
  process.send!(0);
}

async function repeat(dispatch: (count: number) => unknown, times: number): Promise<void> {
  for (let count = 0; count < times; count++) {
    const answer = dispatch(count);
    if (answer instanceof Promise) await answer;
  }
}

function print(result: BenchResult): void {
  for (const { what, value, unit, bound, rival, ratio } of result.rows) {
    const limit = bound === undefined ? '' : `  (bound ${bound})`;
    const beside = rival === undefined ? '' : `  EventEmitter ${rival} ${unit}, ratio ${ratio}`;
    console.log(`${what.padEnd(38)} ${String(value).padStart(6)} ${unit}${limit}${beside}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const variant = process.argv[process.argv.indexOf('--variant') + 1];
  if (process.argv.includes('--variant')) await runVariant(variant as Variant);
  else {
    const result = await run();
    if (process.argv.includes('--json')) console.log(JSON.stringify(result));
    else print(result);
  }
}
