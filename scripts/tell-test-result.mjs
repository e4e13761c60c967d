// Prints vitest's JSON report as one line, "N passed, N failed, N skipped", for a CI to read.
// Says so when there is no report: then the checks before the tests have failed.
import { readFileSync } from 'node:fs';

const report = readReport(process.argv[2]);
if (report === undefined) {
  console.log('No test was run: the format, lint or type check before the tests failed.');
} else {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = report;
  // A file that cannot even be loaded fails without a single test of its own.
  const brokenFiles = testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  const failed = numFailedTests + brokenFiles.length;
  console.log(
    `${numPassedTests} passed, ${failed} failed, ${numPendingTests + numTodoTests} skipped`,
  );
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
