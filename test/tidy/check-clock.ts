import type { Finding } from './finding.ts';
import type { SourceFile } from './source-file.ts';

/** Files that may ask the machine itself, each with its reason. */
const allowed: Readonly<Record<string, string>> = {
  'packages/engine/src/clock.ts': 'it is the clock: everything else asks it',
  'packages/console/web/src/clock/browser-clock.ts':
    'it is the clock of the pages: a browser has no engine',
  'packages/node/src/cli/process-terminal.ts':
    'a verb that waits for a node has nothing else to keep its process alive',
  'packages/testing/src/nats-server.ts': 'waits for a real server, whose time no test turns',
};

const sources: readonly (readonly [RegExp, string])[] = [
  [
    /(?:(?<![.\w])|\bglobalThis\.)set(?:Timeout|Interval)\b/g,
    'starts a timer beside the engine’s wheel',
  ],
  [/\bDate\s*\.\s*now\b|\bnew\s+Date\s*\(\s*\)/g, 'reads the wall clock beside the engine’s clock'],
  [/\bperformance\s*\.\s*now\b|\bhrtime\b/g, 'measures a span beside the engine’s clock'],
  [/\bMath\s*\.\s*random\b/g, 'draws a random number that no test can repeat'],
];

/** No clock, timer or random number but the engine's, so that tests can turn time. */
export function checkClock(files: readonly SourceFile[]): Finding[] {
  return files
    .filter((file) => !file.isTest && !Object.hasOwn(allowed, file.path))
    .flatMap((file) => sources.flatMap(([pattern, message]) => file.findInCode(pattern, message)));
}
