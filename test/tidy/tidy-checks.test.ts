import { describe, expect, test } from 'vitest';
import { blankSource } from './blank-source.ts';
import { checkClock } from './check-clock.ts';
import { checkDeadFiles } from './check-dead-files.ts';
import { checkDependencies } from './check-dependencies.ts';
import { checkDocstrings } from './check-docstrings.ts';
import { checkExports, checkModuleState } from './check-exports.ts';
import { checkFiles, checkHandlers } from './check-names.ts';
import { checkForbiddenWords, checkPutOffWork } from './check-words.ts';
import type { Finding } from './finding.ts';
import { SourceFile } from './source-file.ts';
import type { Manifest, Workspace } from './workspace.ts';

const source = (text: string, path = 'packages/sip/src/leg.ts'): SourceFile =>
  new SourceFile(path, text);

const lines = (findings: readonly Finding[]): number[] =>
  findings.map(({ line }) => line).toSorted((a, b) => a - b);

function workspace(
  name: string,
  files: Readonly<Record<string, string>>,
  dependencies: readonly string[] = [],
): Workspace {
  const folder = `packages/${name}`;
  const manifest: Manifest = {
    name: `@tandem/${name}`,
    exports: { '.': { 'tandem-source': './src/index.ts' } },
    dependencies: Object.fromEntries(dependencies.map((dependency) => [dependency, '1'])),
  };
  return {
    name,
    folder,
    manifest,
    files: Object.entries(files).map(([path, text]) => source(text, `${folder}/src/${path}`)),
  };
}

describe('the scanner', () => {
  test('keeps code, blanks words, and loses no line', () => {
    const text = "const a = 'export'; // export\n/* let */ const b = `x ${ f({}) } export`;\n";
    const { code, comments } = blankSource(text);
    expect(code).not.toContain('export');
    expect(code).toContain('f({})');
    expect(comments).toContain('// export');
    expect(comments).not.toContain('const');
    expect([code.length, comments.length]).toEqual([text.length, text.length]);
  });

  test('tells a regular expression from a division', () => {
    const { code } = blankSource('const a = b / c / d; const e = /[/"]let\\//g.test(f); // end');
    expect(code).toContain('b / c / d');
    expect(code).not.toContain('let');
    expect(code).toContain('.test(f);');
  });

  test('follows templates inside templates', () => {
    const { code } = blankSource('f(`a ${g(`b ${h} let`)} let`); const after = 1;');
    expect(code).not.toContain('let');
    expect(code).toContain('const after = 1;');
  });
});

describe('dependencies', () => {
  const engine = workspace('engine', { 'index.ts': 'export {};' });
  const cluster = workspace('cluster', { 'index.ts': 'export {};' });

  const judge = (text: string, dependencies: readonly string[] = ['@tandem/engine']): string[] =>
    checkDependencies([engine, cluster, workspace('sip', { 'leg.ts': text }, dependencies)]).map(
      ({ message }) => message,
    );

  test('a package may lean on those below it', () => {
    expect(judge("import { Bus } from '@tandem/engine';")).toEqual([]);
    expect(judge("import { readFileSync } from 'node:fs';")).toEqual([]);
  });

  test('a feature never imports a feature, not even its types or at run time', () => {
    expect(judge("import { x } from '@tandem/cluster';")).toHaveLength(1);
    expect(judge("import type { X } from '@tandem/cluster';")).toHaveLength(1);
    expect(judge("export {\n  x,\n} from '@tandem/cluster';")).toHaveLength(1);
    expect(judge("const x = await import('@tandem/cluster');")).toHaveLength(1);
    expect(judge("import '@tandem/cluster';")).toHaveLength(1);
  });

  test('a feature may not even be named in the manifest of another', () => {
    expect(judge('', ['@tandem/cluster'])).toHaveLength(1);
  });

  test('what is imported is declared', () => {
    expect(judge("import { Bus } from '@tandem/engine';", [])).toHaveLength(1);
  });

  test('an outside library stays in its one package', () => {
    expect(judge("import pg from 'pg';", ['@tandem/engine'])).toHaveLength(1);
    expect(judge('', ['pg'])).toHaveLength(1);
  });

  test('nobody reaches into another package by path', () => {
    expect(judge("import { x } from '@tandem/engine/src/bus.ts';")).toHaveLength(1);
    expect(judge("import { x } from '../../engine/src/bus.ts';")).toHaveLength(1);
    expect(judge("import { x } from './other';")).toHaveLength(1);
  });

  test('an import inside a comment or a string is none', () => {
    expect(judge("// import { x } from '@tandem/cluster';\nconst s = `from '@tandem/x'`;")).toEqual(
      [],
    );
  });
});

describe('docstrings', () => {
  test('a sentence before each export is enough, once for all overloads', () => {
    const text = `
/** Adds two numbers. */
export function add(a: number): number;
export function add(a: string): string;
export function add(a: unknown): unknown { return a; }
/**
 * A leg is
 * one side of a call.
 */
export abstract class Leg {}
export { other } from './other.ts';
`;
    expect(checkDocstrings([source(text)])).toEqual([]);
  });

  test('every export without one is found, with its line', () => {
    const text = `
export const a = 1;
/** Only a word */
export interface B {}
/* Not a docstring. */
export type C = 1;
/** The comment of something else. */
const d = 1;
export async function* e() {}
`;
    expect(lines(checkDocstrings([source(text)]))).toEqual([2, 4, 6, 9]);
  });
});

describe('exports', () => {
  test('default exports, stars and exported variables are found', () => {
    const text =
      "export default 1;\nexport * from './a.ts';\nexport let b = 1;\nexport const c = 1;";
    expect(lines(checkExports([source(text)]))).toEqual([1, 2, 3]);
  });

  test('index.ts only lists names', () => {
    const text = "export { a } from './a.ts';\nexport const b = 1;";
    expect(lines(checkExports([source(text, 'packages/sip/src/index.ts')]))).toEqual([2]);
  });

  test('state at the top of a module is found, inside a function it is none', () => {
    const text = `let count = 0;
const legs = new Map<string, Leg>();
const table = new Map([['a', 1]]);
function f() { let a = 0; const b = new Map(); }
`;
    expect(lines(checkModuleState([source(text)]))).toEqual([1, 2]);
  });
});

describe('files', () => {
  test('a file without an idea or of a length no idea needs is found', () => {
    const files = ['utils.ts', 'sip-helpers.ts', 'types.ts', 'call-manager.ts', 'MyLeg.ts'];
    const named = files.map((name) => source('', `packages/sip/src/${name}`));
    expect(checkFiles(named)).toHaveLength(files.length);
    expect(checkFiles([source('\n'.repeat(401))])).toHaveLength(1);
    expect(
      checkFiles([source('\n'.repeat(400)), source('', 'packages/sip/src/leg.test.ts')]),
    ).toEqual([]);
  });

  test('a handler file holds one handler', () => {
    const at = (name: string, text: string) => source(text, `packages/sip/src/handlers/${name}`);
    const one = 'export function admit() { scope.handle(a); }';
    expect(checkHandlers([at('call-route.admit.ts', one)])).toEqual([]);
    expect(checkHandlers([at('call-route.ts', one)])).toHaveLength(1);
    expect(
      checkHandlers([at('call-route.admit.ts', `${one}\nexport const two = 2;`)]),
    ).toHaveLength(1);
    const twice = 'export function admit() { scope.handle(a); scope.handle(b); }';
    expect(checkHandlers([at('call-route.admit.ts', twice)])).toHaveLength(1);
  });

  test('what index.ts, a worker’s address or a test reaches is alive; the rest is dead', () => {
    const { files, ...rest } = workspace('sip', {
      'index.ts': "export { a } from './a.ts';",
      'a.ts': "new Worker(new URL('./worker.js', import.meta.url)); import('./lazy.ts');",
      'worker.ts': '',
      'lazy.ts': '',
      'fixture.ts': '',
      'a.test.ts': "import './fixture.ts';",
      'dead.ts': "import './a.ts';",
    });
    const found = checkDeadFiles([{ ...rest, files }]);
    expect(found.map(({ path }) => path)).toEqual(['packages/sip/src/dead.ts']);
  });
});

describe('words', () => {
  test('every clock, timer and dice beside the engine’s is found, in code only', () => {
    const text = `setTimeout(f, 1);
const a = Date.now();
const b = new Date();
const c = performance.now();
const d = Math.random();
// setTimeout would be wrong here; Date.now too.
socket.setTimeout(5); new Date(a); const s = 'Math.random()';
`;
    expect(lines(checkClock([source(text)]))).toEqual([1, 2, 3, 4, 5]);
    expect(checkClock([source(text, 'packages/sip/src/leg.test.ts')])).toEqual([]);
  });

  test('work put off is found in comments', () => {
    expect(lines(checkPutOffWork([source('const a = 1;\n// TODO: later\n')]))).toEqual([2]);
  });

  test('paths of one machine, registries and silenced checks are found in any text', () => {
    const text = [
      ['see ', 'work/x'].join('/'),
      ['it', "only('x')"].join('.'),
      ['// @ts', 'ignore'].join('-'),
      ['"resolved"', '"http'].join(': '),
      'network/x',
    ];
    expect(lines(checkForbiddenWords([source(text.join('\n'), 'README.md')]))).toEqual([
      1, 2, 3, 4,
    ]);
  });
});
