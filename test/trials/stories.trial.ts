import type { Act } from '../stories/act.ts';
import { playAll } from '../stories/play-all.ts';
import { LANES, programme } from '../stories/programme.ts';
import { Stage } from '../stories/stage.ts';
import { finale } from '../stories/trunk.ts';

// npm run trial -- stories [number …]: the scenarios of a call with SIPp on both sides of real nodes,
// side by side, one table. Ends with 1 where one of them fails.

const wanted = process.argv.slice(2).map(Number);
const isChosen = ({ number }: Act): boolean => wanted.length === 0 || wanted.includes(number);
await using stage = await Stage.open();
let chosen = 0;
let failed = 0;
await playTogether(programme.filter(isChosen));
const left = await stage.rest();
if (left !== undefined) process.stdout.write(`${left}\n`);
await playTogether(finale.filter(isChosen));
process.stdout.write(`${chosen - failed} of ${chosen} stories went as they should\n`);
process.exitCode = failed === 0 && left === undefined ? 0 : 1;

async function playTogether(acts: readonly Act[]): Promise<void> {
  const outcomes = playAll(acts, LANES, async (act) => {
    const startMs = performance.now();
    const fault = await act.perform(stage).then(() => undefined, String);
    return { fault, seconds: (performance.now() - startMs) / 1_000 };
  });
  for (const [act, outcome] of outcomes) {
    chosen++;
    const { fault, seconds } = await outcome;
    show(act, seconds, fault);
  }
}

function show({ number, name }: Act, seconds: number, fault: string | undefined): void {
  const verdict = fault === undefined ? 'ok' : 'FAILED';
  process.stdout.write(
    `${String(number).padStart(2)}  ${verdict.padEnd(6)}  ${seconds.toFixed(1).padStart(5)} s  ${name}\n`,
  );
  if (fault === undefined) return;
  failed++;
  process.stdout.write(`${fault.slice(0, 3_000)}\n`);
}
