import { describe, test } from 'vitest';
import { runSoak } from '../bench/soak-run.ts';
import { missingRtmpServer } from './support/rtmp-server.ts';

const missing = missingRtmpServer();
const SECONDS = 120;
const SEED = 4;

describe.skipIf(missing !== null)(`soak${missing ? ` (${missing})` : ''}`, () => {
  test('two minutes with random faults', { timeout: 300_000 }, async ({ expect }) => {
    const said: string[] = [];
    const result = await runSoak({
      seconds: SECONDS,
      randomFaults: true,
      seed: SEED,
      page: false,
      log: (line) => said.push(line),
    });
    expect(result.problems, said.join('\n')).toEqual([]);
    expect(result.faults).toBeGreaterThanOrEqual(3);
    expect(result.drift?.beeps).toBeGreaterThan(SECONDS * 0.9);
  });
});
