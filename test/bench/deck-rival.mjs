import { systemClock } from '@tandem/engine';
import { openStore } from '@tandem/store';
import { GapMeter } from './gap-meter.mjs';

/*
 * For decks.bench, the rival: what anyone writes first. A Map by prefix, filled in the main thread
 * from the same COPY, walked from the longest prefix to the shortest; the sell deck once, the
 * carriers' deck for each of two carriers, margins compared, cheapest first. It knows no callers,
 * no dates, no limits, and keeps no trail.
 */

const WARM_UP = 20_000;

const [url] = process.argv.slice(2);
const store = await openStore({ url, clock: systemClock, poolSize: 1 });
const meter = new GapMeter();
const beganMs = performance.now();
const cpuBefore = process.cpuUsage();
const decks = new Map();
await store.transaction(async (transaction) => {
  const statement = 'copy (select deck_id, prefix, rate, first, next from rates) to stdout';
  await transaction.copyTo(statement, async (chunks) => {
    let rest = '';
    for await (const chunk of chunks) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop();
      for (const line of lines) add(line.split('\t'));
    }
  });
}, 120_000);
const { user, system } = process.cpuUsage(cpuBefore);
const cpuMs = (user + system) / 1_000;
process.send({ ms: performance.now() - beganMs, cpuMs, ...meter.take() });
process.on('message', ({ numbers, sell, buy, stop }) => {
  if (stop) process.exit(0);
  process.send(decide(numbers, decks.get(sell), decks.get(buy)));
});

function add([id, prefix, rate, first, next]) {
  const deck = decks.get(id) ?? new Map();
  decks.set(id, deck.set(prefix, { rate: Number(rate), first: Number(first), next: Number(next) }));
}

function decide(numbers, sell, buy) {
  const routes = [{ carrier: 'carrier-1' }, { carrier: 'carrier-2' }];
  const routeOf = (number) => {
    const sold = longest(sell, number);
    if (sold === undefined) return [];
    const taken = [];
    for (const { carrier } of routes) {
      const bought = longest(buy, number);
      if (bought !== undefined && bought.rate <= sold.rate) taken.push({ carrier, bought });
    }
    return taken.sort((one, other) => one.bought.rate - other.bought.rate);
  };
  for (let turn = 0; turn < WARM_UP; turn++) routeOf(numbers[turn % numbers.length]);
  const before = process.cpuUsage();
  let routed = 0;
  for (const number of numbers) if (routeOf(number).length === 2) routed++;
  const { user, system } = process.cpuUsage(before);
  return { us: (user + system) / numbers.length, routed };
}

function longest(deck, number) {
  for (let length = number.length; length >= 0; length--) {
    const rate = deck.get(number.slice(0, length));
    if (rate !== undefined) return rate;
  }
  return undefined;
}
