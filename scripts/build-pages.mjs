// Builds the console's web pages if they have changed: the second half of `npm run build`.
import { SetupProblem } from './setup/command.mjs';
import { buildPages } from './setup/pages.mjs';

try {
  buildPages();
} catch (error) {
  if (!(error instanceof SetupProblem)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
