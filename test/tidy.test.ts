import { expect, test } from 'vitest';
import { checkClock } from './tidy/check-clock.ts';
import { checkDeadFiles } from './tidy/check-dead-files.ts';
import { checkDependencies } from './tidy/check-dependencies.ts';
import { checkDocstrings } from './tidy/check-docstrings.ts';
import { checkExports, checkModuleState } from './tidy/check-exports.ts';
import { checkFiles, checkHandlers } from './tidy/check-names.ts';
import { checkForbiddenWords, checkPutOffWork } from './tidy/check-words.ts';
import { showFinding, type Finding } from './tidy/finding.ts';
import { readAllTexts, readWorkspaces } from './tidy/workspace.ts';

// The style that a tool can check. Each check has its own test with planted faults in test/tidy.
const workspaces = readWorkspaces();
const sources = workspaces.flatMap(({ files }) => files);

test.each<[string, () => Finding[]]>([
  ['dependencies go downwards, features meet on the bus', () => checkDependencies(workspaces)],
  ['every export has a docstring that is a sentence', () => checkDocstrings(sources)],
  ['exports are named, and index.ts lists them by hand', () => checkExports(sources)],
  ['no module keeps state of its own', () => checkModuleState(sources)],
  ['a file is small and named for its one idea', () => checkFiles(sources)],
  ['a handler has a file of its own, named for message and verb', () => checkHandlers(sources)],
  ['no file lies dead', () => checkDeadFiles(workspaces)],
  ['time, timers and chance come from the engine', () => checkClock(sources)],
  ['no work is put off in comments', () => checkPutOffWork(sources)],
  [
    'no machine and no registry is named, no check is silenced',
    () => checkForbiddenWords(readAllTexts()),
  ],
])('%s', (_, check) => {
  expect(check().map(showFinding)).toEqual([]);
});
