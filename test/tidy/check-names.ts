import type { Finding } from './finding.ts';
import { listExports } from './exports.ts';
import type { SourceFile } from './source-file.ts';

const linesMax = 400;
const nameless = /(?:^|[-.])(?:utils?|helpers?|common|manager|misc|stuff)(?=[-.])/;
const wholeNames = new Set(['types.ts', 'type.ts', 'constants.ts', 'interfaces.ts', 'handlers.ts']);
const kebab = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*\.tsx?$/;

/** A file is named for its one idea, and stays small enough to hold one. */
export function checkFiles(files: readonly SourceFile[]): Finding[] {
  return files.flatMap((file) => {
    const findings: Finding[] = [];
    if (nameless.test(file.name) || wholeNames.has(file.name)) {
      findings.push(file.finding(0, 'named for no idea: if it has no name, it has no place yet'));
    }
    if (!kebab.test(file.name)) findings.push(file.finding(0, 'file names are kebab-case'));
    if (!file.isTest && file.lineCount > linesMax) {
      findings.push(file.finding(0, `${file.lineCount} lines; ${linesMax} are the limit`));
    }
    return findings;
  });
}

const handlerName = /^[a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*\.ts$/;

/** `src/handlers/<message>.<verb>.ts` holds that one handler and nothing else for others. */
export function checkHandlers(files: readonly SourceFile[]): Finding[] {
  return files
    .filter((file) => file.path.includes('/src/handlers/') && !file.isTest)
    .flatMap((file) => {
      const findings: Finding[] = [];
      if (!handlerName.test(file.name)) {
        findings.push(file.finding(0, 'a handler is named <message>.<verb>.ts'));
      }
      const values = new Set(
        listExports(file)
          .filter(({ what }) => /^(?:function|const|class|enum|let|var)$/.test(what))
          .map(({ name }) => name),
      );
      if (values.size !== 1) {
        findings.push(file.finding(0, `exports ${values.size} values; a handler file exports one`));
      }
      const installs = file.findInCode(/\.handle\s*(?:<[^>]*>)?\(/g, 'installs a second handler');
      return [...findings, ...installs.slice(1)];
    });
}
