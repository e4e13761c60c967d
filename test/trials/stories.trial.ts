import { playAll } from '../stories/play-all.ts';
import { LANES, programme } from '../stories/programme.ts';
import { Stage } from '../stories/stage.ts';

// npm run trial -- stories [number …]: the scenarios of a call with SIPp on both sides of real nodes,
// side by side, one table. Ends with 1 where one of them fails.

const wanted = process.argv.slice(2).map(Number);
const chosen = programme.filter(({ number }) => wanted.length === 0 || wanted.includes(number));
await using stage = await Stage.open();
const outcomes = playAll(chosen, LANES, async (act) => {
  const startMs = performance.now();
  const fault = await act.perform(stage).then(() => undefined, String);
  return { fault, seconds: (performance.now() - startMs) / 1_000 };
});
let failed = 0;
for (const [{ number, name }, outcome] of outcomes) {
  const { fault, seconds } = await outcome;
  const verdict = fault === undefined ? 'ok' : 'FAILED';
  process.stdout.write(
    `${String(number).padStart(2)}  ${verdict.padEnd(6)}  ${seconds.toFixed(1).padStart(5)} s  ${name}\n`,
  );
  if (fault === undefined) continue;
  failed++;
  process.stdout.write(`${fault.slice(0, 3_000)}\n`);
}
const left = await stage.rest();
if (left !== undefined) process.stdout.write(`${left}\n`);
process.stdout.write(`${chosen.length - failed} of ${chosen.length} stories went as they should\n`);
process.exitCode = failed === 0 && left === undefined ? 0 : 1;
