import { Stage } from '../stories/play.ts';
import { stories } from '../stories/stories.ts';

// npm run trial -- stories [number …]: scenarios of a call with SIPp on both sides of two nodes,
// each with its own messages, one table. Ends with 1 where one of them fails.

const wanted = process.argv.slice(2).map(Number);
const chosen = stories.filter(({ number }) => wanted.length === 0 || wanted.includes(number));
await using stage = await Stage.open();
let failed = 0;
for (const story of chosen) {
  const startMs = performance.now();
  let fault = await stage.play(story);
  // Another program of this machine had the port just now: SIPp says so by 254.
  if (fault?.startsWith('254') === true) fault = await stage.play(story);
  const seconds = ((performance.now() - startMs) / 1_000).toFixed(1);
  const { number, called, name } = story;
  const verdict = fault === undefined ? 'ok' : 'FAILED';
  process.stdout.write(
    `${String(number).padStart(2)}  ${verdict.padEnd(6)}  ${seconds.padStart(5)} s  ${called.padEnd(6)}  ${name}\n`,
  );
  if (fault === undefined) continue;
  failed++;
  process.stdout.write(`${fault.slice(0, 1_500)}\n`);
}
process.stdout.write(`${chosen.length - failed} of ${chosen.length} stories went as they should\n`);
process.exitCode = failed === 0 ? 0 : 1;
