import { build } from './build.mjs';
import { SetupProblem } from './command.mjs';
import { withSetupLock } from './lock.mjs';
import { installPackages } from './packages.mjs';
import { buildPages } from './pages.mjs';
import { prepareEmbeddedPostgres } from './postgres.mjs';
import { provideTool } from './provide-tool.mjs';

const toolsOfTests = ['nats-server', 'sipp', 'kamailio', 'chromium'];
const flags = ['--test', '--build-only', '--local-tools'];

/**
 * Runs the steps of set-up in order; resolves to the exit code: 0 ready, 1 something is missing,
 * 2 wrong use. What is missing is said on standard error with what to do about it.
 */
export async function runSetup(argv) {
  const unknown = argv.find((argument) => !flags.includes(argument));
  if (unknown !== undefined) {
    console.error(`set-up: ${unknown} is not an option. Options: ${flags.join(' ')}`);
    return 2;
  }
  try {
    return await withSetupLock(() => runSteps(argv));
  } catch (error) {
    if (!(error instanceof SetupProblem)) throw error;
    console.error(`set-up: ${error.message}`);
    return 1;
  }
}

function runSteps(argv) {
  installPackages();
  prepareEmbeddedPostgres();
  const isForTests = argv.includes('--test');
  const missing = argv.includes('--build-only')
    ? []
    : (isForTests ? toolsOfTests : ['nats-server'])
        .map((name) => provideTool(name, argv.includes('--local-tools')))
        .filter((problem) => problem !== undefined);
  build();
  buildPages();

  // Told last, where it is seen.
  for (const problem of missing) console.error(`set-up: ${problem}`);
  if (missing.length === 0) return 0;
  if (!isForTests) return 1;
  console.error('set-up: !!! the tests that need what is missing will be SKIPPED !!!');
  return 0;
}
