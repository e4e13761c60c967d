import { parseArgs } from 'node:util';
import { freePort, LossyRelay } from '@tandem/testing';
import { knownSourceConf } from '../bench/call-load.ts';
import { eventually } from '../harness/eventually.ts';
import { ProcessCluster } from '../harness/process-cluster.ts';
import { Sipp } from '../harness/sipp.ts';

// npm run trial -- losses [--calls 1000] [--loss 0.2] [--seed 7]: SIPp calls SIPp through a node,
// and both sides of it lose datagrams both ways, by a seeded die. No failover on silence.

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '1000' },
    loss: { type: 'string', default: '0.2' },
    seed: { type: 'string', default: '7' },
  },
});
const calls = Number(values.calls);
const loss = Number(values.loss);
const seed = Number(values.seed);
const CALLS_PER_SECOND = 25;
/** Of 1,000 at 20 % loss; RFC 3261's own timers give up on about one in 78,000 INVITEs. */
const COMPLETE_MIN = 0.999;
/** All transactions linger 64·T1, and those given up as long again. */
const REST_MS = 150_000;

const nodeHost = '127.0.0.11';
const nodePort = await freePort(nodeHost);
const phone = { localHost: '127.0.0.21', localPort: await freePort('127.0.0.21') };
await using before = await LossyRelay.open({ host: nodeHost, port: nodePort, loss, seed });
await using behind = await LossyRelay.open({
  host: phone.localHost,
  port: phone.localPort,
  loss,
  seed: seed + 1,
});
await using cluster = await ProcessCluster.start({
  nodes: 1,
  conf: knownSourceConf('127.0.0.1', { localHost: '127.0.0.1', localPort: behind.port }),
  settings: [
    `sip.listen=udp:${nodeHost}:${nodePort} advertise=127.0.0.1:${before.port}`,
    'switch.noReplyMs=0',
    'switch.setupTimeoutMs=120000',
  ],
});
// SIPp gives up far later than the RFC has a phone do, and takes a repeat of something that it has
// answered for what it is: by itself it would end the call.
const patient = [
  '-default_behaviors',
  'all,-abortunexp',
  '-max_retrans',
  '30',
  '-max_invite_retrans',
  '30',
  '-max_non_invite_retrans',
  '30',
];
await using _phone = await Sipp.start({
  scenario: 'answer-through-relay',
  ...phone,
  receiveTimeoutMs: 200_000,
  more: [...patient, '-key', 'contact', `127.0.0.1:${behind.port}`],
});
const startMs = performance.now();
const result = await Sipp.run({
  scenario: 'call-through-relay',
  remote: `127.0.0.1:${before.port}`,
  service: 'known',
  localHost: '127.0.0.22',
  localPort: await freePort('127.0.0.22'),
  calls,
  callsPerSecond: CALLS_PER_SECOND,
  receiveTimeoutMs: 120_000,
  more: patient,
});
const node = cluster.node(1);
let isStuck = false;
try {
  await eventually(
    'nothing is left',
    async () => {
      const left = await Promise.all(
        ['tandem_calls', 'tandem_legs', 'tandem_sip_legs', 'tandem_sip_transactions'].map((name) =>
          node.metric(name),
        ),
      );
      return left.every((value) => value === 0);
    },
    REST_MS,
  );
} catch (fault) {
  isStuck = true;
  process.stderr.write(`${String(fault)}\n`);
}
const cdrs = await node.cdrs();
const finals = cdrs.filter(({ operation }) => operation === 'finalize');
const of = (direction: string) => finals.filter((final) => final.direction === direction);
const legs = new Set(cdrs.filter((cdr) => cdr.direction === 'incoming').map(({ chan }) => chan));
const callIds = new Set(of('incoming').map(({ callId }) => callId));
const failures = of('outgoing')
  .filter(({ talkMs }) => talkMs === 0)
  .map(({ callId, status, sipCode, reason, durationMs }) => {
    return { callId, status, sipCode, reason, durationMs };
  });
const report = {
  calls,
  loss,
  seed,
  seconds: Math.round((performance.now() - startMs) / 1_000),
  datagrams: before.passed + behind.passed,
  lost: before.lost + behind.lost,
  complete: result.successful,
  failed: result.failed,
  retransmissionsOfSipp: result.retransmissions,
  stuck: isStuck,
  doubled: of('incoming').length - callIds.size,
  incomingLegs: legs.size,
  finalRecordsOfThem: of('incoming').length,
  finalRecordsOfOutgoingLegs: of('outgoing').length,
  failures,
};
const isGood =
  result.successful >= Math.floor(calls * COMPLETE_MIN) &&
  !isStuck &&
  report.doubled === 0 &&
  report.finalRecordsOfThem === report.incomingLegs;
process.stdout.write(`${JSON.stringify(report, null, 2)}\n${result.errors.slice(0, 2_000)}\n`);
process.stdout.write(isGood ? 'good\n' : 'NOT good enough\n');
process.exitCode = isGood ? 0 : 1;
