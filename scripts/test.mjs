// `npm test`: set up a fresh machine, build, run every test, and end with one line that counts them.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureDependencies, ensureTools, node24, root, say } from './setup.mjs';

/**
 * In CI a test may be skipped for two reasons only: there is no Electron binary, or there is no test data beside the
 * checkout. A tool that is missing there is a failure of the set-up.
 * @param {string} name
 */
function maySkipInCi(name) {
  if (/electron/i.test(name)) return true;
  const dataIsThere = Boolean(process.env.VIDA3_FIXTURES_DIR && process.env.VIDA3_MODELS_DIR);
  return !dataIsThere && !/is not installed/.test(name);
}

// Wherever a test runs, these mean the same folders.
for (const name of ['VIDA3_MODELS_DIR', 'VIDA3_FIXTURES_DIR']) {
  if (process.env[name]) process.env[name] = path.resolve(root, process.env[name]);
}

ensureDependencies();
ensureTools(['ffmpeg', 'browser', 'rtmpServer', 'postgres'], { optional: ['rtmpServer', 'postgres'] });
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
const forbidden = process.env.CI ? skipped.filter((test) => !maySkipInCi(test.fullName)) : [];
for (const test of forbidden) say(`must not be skipped in CI: ${test.file}: ${test.fullName}`);
failed += forbidden.length;
console.log(
  `\n${report.numPassedTests} passed, ${failed} failed, ${skipped.length - forbidden.length} skipped`,
);
process.exit(failed > 0 || run.status !== 0 ? 1 : 0);
