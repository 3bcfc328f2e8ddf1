import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { SimReport } from './support/sync-sim.ts';

const MAIN = fileURLToPath(new URL('support/sync-sim-main.ts', import.meta.url));
const SEEDS = 20;

/** A process of its own for every part, because a PGlite has one thread; one part on a real server if there is one. */
async function simulateSeeds(
  first: number,
  seeds: number,
  more: readonly string[],
  signal: AbortSignal,
): Promise<SimReport[]> {
  const args = [MAIN, '--json', '--first', String(first), '--seeds', String(seeds), ...more];
  // It fails when a seed does; what it says of it is the better message.
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 26, signal }).catch(
    (error: Error & { stdout?: string }) => {
      if (signal.aborted || !error.stdout) throw error;
      return { stdout: error.stdout };
    },
  );
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as SimReport);
}

test('three devices, 1,000 edits, 300 faults: everybody has the same in the end, and nothing is lost or doubled', {
  timeout: 600_000,
}, async ({ signal }) => {
  const half = SEEDS / 2;
  const reports = (
    await Promise.all([
      simulateSeeds(1, half, ['--engine', 'pglite'], signal),
      simulateSeeds(1 + half, half, [], signal),
    ])
  ).flat();
  expect(reports.filter(({ wrong }) => wrong.length > 0)).toEqual([]);
  expect(reports.map(({ seed }) => seed)).toEqual(Array.from({ length: SEEDS }, (_, index) => index + 1));
  for (const { edits, faults, rejected } of reports) {
    expect(edits).toBeGreaterThanOrEqual(1000);
    expect(Object.values(faults).reduce((sum, n) => sum + n, 0)).toBeGreaterThanOrEqual(300);
    expect(Object.keys(faults).length).toBeGreaterThanOrEqual(8);
    expect(rejected).toBeGreaterThan(0);
  }
});
