import { Engine, systemClock } from '@tandem/engine';
import { openStore } from '@tandem/store';
import { createWholesalePlugin } from '@tandem/wholesale';
import { GapMeter } from './gap-meter.mjs';

/*
 * For decks.bench: wholesale alone on an engine, as built, in a process of its own. It loads the
 * decks of a database, is asked for routes a hundred times a second while they are reloaded, and
 * then as often as it can.
 *
 *   parent ── {reload} ──> load in a worker, with routes asked ──> {ms, gapMs, delayMs, failed}
 *          ── {numbers} ─> decisions one after the other ─────────> {us}
 */

const ASK_PERIOD_MS = 10;
const WARM_UP = 20_000;

const [url, deck] = process.argv.slice(2);
const store = await openStore({ url, clock: systemClock, poolSize: 2 });
const meter = new GapMeter();
const engine = new Engine({ node: 'judge' });
const beganMs = performance.now();
const cpuBefore = process.cpuUsage();
await engine.install(createWholesalePlugin(store));
await engine.start();
process.send({
  ms: performance.now() - beganMs,
  cpuMs: cpuMsSince(cpuBefore),
  isFirst: meter.isFirst,
  ...meter.take(),
});

process.on('message', ({ reload, numbers, stop }) => {
  if (reload !== undefined) void reloadTo(reload).then((reloaded) => process.send(reloaded));
  else if (numbers !== undefined) process.send(decide(numbers));
  else if (stop) process.exit(0);
});

function cpuMsSince(before) {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** Waits for a version, asking for routes meanwhile. */
async function reloadTo({ version, called }) {
  const startMs = performance.now();
  let failed = 0;
  let asked = 0;
  meter.take();
  while ((await versionOf()) < version) {
    if (!isRouted(called[asked++ % called.length])) failed++;
    await new Promise((resolve) => setTimeout(resolve, ASK_PERIOD_MS));
  }
  return { ms: performance.now() - startMs, asked, failed, ...meter.take() };
}

async function versionOf() {
  const { answers } = await engine.bus.gather('node.status', {});
  const decks = answers.flatMap(({ answer }) => answer.decks ?? []);
  return decks.find(({ name }) => name === deck)?.version ?? 0;
}

function decide(numbers) {
  for (let turn = 0; turn < WARM_UP; turn++) isRouted(numbers[turn % numbers.length]);
  const before = process.cpuUsage();
  let routed = 0;
  for (const number of numbers) if (isRouted(number)) routed++;
  const { user, system } = process.cpuUsage(before);
  return { us: (user + system) / numbers.length, routed };
}

/** Asks who calls, what it costs and who carries it. Never waits: nothing on that way does. */
function isRouted(called) {
  const answer = engine.bus.ask('call.route', {
    id: 'sip/judge-1-1',
    module: 'sip',
    billid: 'judge-1-1',
    callername: '',
    domain: 'example.com',
    listener: 'udp:127.0.0.1:5060',
    isPeer: false,
    hops: 0,
    username: '',
    caller: '12125550100',
    called,
    ip_host: '127.0.0.71',
    address: '127.0.0.71:5060',
  });
  return answer?.groups?.length === 2;
}
