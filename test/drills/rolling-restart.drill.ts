import { restartInTurn } from '../harness/rolling-restart.ts';

const CALLS_PER_SECOND = 50;

// Three nodes are drained and started again, one after the other, under fifty calls a second.
const { load, charged, isClean, tookMs } = await restartInTurn({
  nodes: 3,
  restarted: [1, 2, 3],
  callsPerSecond: CALLS_PER_SECOND,
});
const { successful, failed, errors } = load;
process.stdout.write(
  `${CALLS_PER_SECOND} calls/s: ${successful} calls went well, ${failed} failed, ${charged} charges, ` +
    `the books ${isClean ? 'agree' : 'DIFFER'}; drain to ready: ${tookMs.join(', ')} ms\n`,
);
// One charge for the customer's call, one for the carrier's.
const isRight = failed === 0 && isClean && charged === 2 * successful;
if (!isRight) process.stderr.write(`${errors}\n`);
process.exitCode = isRight ? 0 : 1;
