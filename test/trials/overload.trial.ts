import { parseArgs } from 'node:util';
import { freePort } from '@tandem/testing';
import { answeringPhone, knownSourceConf } from '../bench/call-load.ts';
import { eventually } from '../harness/eventually.ts';
import { ProcessCluster } from '../harness/process-cluster.ts';
import { Sipp } from '../harness/sipp.ts';

// npm run trial -- overload [--rate 400] [--seconds 15] [--lag 1000]: calls at a rate and at twice that
// rate, both by SIPp, and how many a second came through. `rate` should be what the node can just
// carry on this machine. Ends with 1 where twice the load brings fewer than nine in ten.

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '400' },
    seconds: { type: 'string', default: '15' },
    lag: { type: 'string', default: '1000' },
  },
});
const rate = Number(values.rate);
const seconds = Number(values.seconds);
const SOURCE = '127.0.0.22';
const GOODPUT_MIN = 0.9;

const place = { localHost: '127.0.0.21', localPort: await freePort('127.0.0.21') };
await using cluster = await ProcessCluster.start({
  nodes: 1,
  conf: knownSourceConf(SOURCE, place),
  settings: [`sip.overloadLag=${values.lag}ms`],
});
const node = cluster.node(1);
await using _phone = await answeringPhone(place);
const goodputs: number[] = [];
for (const callsPerSecond of [rate, rate * 2]) {
  const startMs = performance.now();
  const result = await Sipp.run({
    scenario: 'call-from-known-source',
    remote: node.sip,
    service: 'known',
    localHost: SOURCE,
    localPort: await freePort(SOURCE),
    calls: callsPerSecond * seconds,
    callsPerSecond,
    more: ['-timeout', `${seconds + 30}s`],
  });
  // The last calls end a talk and a transaction after the last one began.
  const tookSeconds = Math.max(seconds, (performance.now() - startMs) / 1_000 - 2);
  const goodput = result.successful / tookSeconds;
  goodputs.push(goodput);
  const shed = await node.metric('tandem_sip_shed_total');
  process.stdout.write(
    `${String(callsPerSecond).padStart(6)} calls/s offered: ${goodput.toFixed(0)} calls/s came through, ${result.failed} refused or failed, ${shed} shed so far\n`,
  );
  await eventually(
    'it is calm',
    async () => (await node.metric('tandem_sip_transactions')) === 0,
    60_000,
  );
}
const [one = 0, two = 0] = goodputs;
process.stdout.write(`${(two / one).toFixed(2)} of the goodput at twice the load\n`);
process.exitCode = two >= one * GOODPUT_MIN ? 0 : 1;
