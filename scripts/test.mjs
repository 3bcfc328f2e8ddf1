// `npm test`: set up a fresh machine, build, run every test, and end with one line that counts them.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureDependencies, ensureTools, node24, root, say } from './setup.mjs';

/** A test that needs one of these may be skipped on a developer's machine, never in CI. */
const NEVER_SKIPPED_IN_CI = /models|fixture|browser|chrom|ffmpeg|nginx|rtmp|postgres/i;

ensureDependencies();
ensureTools(['ffmpeg', 'browser', 'rtmpServer'], { optional: ['rtmpServer'] });
ensureBuilt();

const results = path.join(root, '.cache', 'test-results.json');
mkdirSync(path.dirname(results), { recursive: true });
rmSync(results, { force: true });
const run = spawnSync(
  node24,
  [
    path.join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${results}`,
    ...process.argv.slice(2),
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: `${path.dirname(node24)}${path.delimiter}${process.env.PATH}` },
  },
);
if (!existsSync(results)) {
  say('The tests did not run.');
  process.exit(run.status || 1);
}
const report = JSON.parse(readFileSync(results, 'utf8'));
const tests = report.testResults.flatMap((file) =>
  file.assertionResults.map((test) => ({ ...test, file: path.relative(root, file.name) })),
);
const skipped = tests.filter(
  (test) => test.status === 'skipped' || test.status === 'pending' || test.status === 'todo',
);
// A file that fails before its first test (an import that throws) counts as one failure.
const brokenFiles = report.testResults.filter(
  (file) => file.status === 'failed' && !file.assertionResults.some((t) => t.status === 'failed'),
);
let failed = report.numFailedTests + brokenFiles.length;
for (const test of skipped) say(`skipped: ${test.file}: ${test.fullName}`);
const forbidden = process.env.CI
  ? skipped.filter((test) => NEVER_SKIPPED_IN_CI.test(test.fullName) && sharedIsThere(test))
  : [];
for (const test of forbidden) say(`must not be skipped in CI: ${test.file}: ${test.fullName}`);
failed += forbidden.length;
console.log(
  `\n${report.numPassedTests} passed, ${failed} failed, ${skipped.length - forbidden.length} skipped`,
);
process.exit(failed > 0 || run.status !== 0 ? 1 : 0);

/** Without test data beside the checkout a test of models or fixtures has nothing to run on, in CI too. */
function sharedIsThere(test) {
  return (
    !/models|fixture/i.test(test.fullName) ||
    Boolean(process.env.VIDA3_FIXTURES_DIR || process.env.VIDA3_MODELS_DIR)
  );
}
