import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../tools.mjs';
import { SetupProblem, lastLines, run, tell } from './command.mjs';

/** Builds what has changed. The compiler keeps its own account of that: half a second if nothing. */
export function build() {
  if (!existsSync(join(projectRoot, 'packages', 'node', 'dist'))) tell('building …');
  const compiler = join(projectRoot, 'node_modules', 'typescript', 'bin', 'tsc');
  const result = run(process.execPath, [compiler, '-b'], { cwd: projectRoot });
  if (result.isOk) return;
  const complaint = result.output.trim() || result.problem;
  throw new SetupProblem(`the build failed; tsc -b said:\n${lastLines(complaint, 40)}`);
}
