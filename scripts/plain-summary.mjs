/**
 * Jest reporter: names what was skipped, then counts in one plain line, `N passed, N failed, N skipped`.
 *
 * When jest is one check of several, SALLYPORT_TEST_COUNTS names the file that takes the counts
 * and whoever runs the checks prints the line for all of them.
 */
import { writeFileSync } from 'node:fs';

/** @param {{ passed: number, failed: number, skipped: number }} counts */
export function summaryLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

export default class PlainSummary {
  onRunComplete(_contexts, results) {
    const counts = {
      passed: results.numPassedTests,
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    };
    const lines = skippedTests(results).map((name) => `skipped: ${name}`);
    const countsFile = process.env.SALLYPORT_TEST_COUNTS;
    if (countsFile === undefined) lines.push(summaryLine(counts));
    else writeFileSync(countsFile, JSON.stringify(counts));
    // After everything jest itself has to say.
    process.once('exit', () => process.stdout.write(lines.map((line) => `${line}\n`).join('')));
  }
}

function skippedTests(results) {
  return results.testResults
    .flatMap((file) => file.testResults)
    .filter((test) => test.status === 'pending' || test.status === 'todo')
    .map((test) => test.fullName);
}
