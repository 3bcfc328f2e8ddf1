import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AvatarFamily } from '../src/renderer/pipeline/stage/messages.ts';
import { fixturesDir, openStagePage, type StagePage } from './stage/serve.ts';
import type { OptimiseHarness } from './stage-optimise/page.ts';
import { FIXTURE_AVATARS } from './support/fixture-avatars.ts';

const OWN = ['vida.vrm', 'sol.vrm', 'fenn.vrm', 'pip.vrm', 'byte.vrm'];

let stage: StagePage;
beforeAll(async () => {
  stage = await openStagePage([], path.join(import.meta.dirname, 'stage-optimise'));
});
afterAll(async () => stage?.close());

async function check(url: string, family: AvatarFamily): Promise<void> {
  const result = await stage.page.evaluate(
    ([address, kind]) =>
      (globalThis as unknown as { harness: OptimiseHarness }).harness.compare(address, kind),
    [url, family] as const,
  );
  expect(result.empty.clear, 'there is an avatar').toBeGreaterThan(0.04);
  expect(result.moved.mean, 'the poses differ').toBeGreaterThan(0.2);
  for (const { mean, clear } of result.poses) {
    expect(mean, 'optimised against plain').toBeLessThan(0.25);
    expect(clear, 'optimised against plain').toBeLessThan(0.002);
  }
  const [simpler, simplest] = result.levels;
  expect(simpler!.difference.mean, 'level of detail 1').toBeLessThan(1);
  expect(simpler!.difference.clear, 'level of detail 1').toBeLessThan(0.01);
  expect(simplest!.difference.clear, 'level of detail 2').toBeLessThan(0.04);
  expect(simplest!.triangles).toBeLessThanOrEqual(simpler!.triangles);
  expect(simpler!.triangles).toBeLessThanOrEqual(1);
  expect(result.back.mean, 'back at full detail').toBe(0);
  // Enlarged edges are softer; nothing is elsewhere.
  const scaled = result.scales.map(({ clear }) => clear);
  expect(scaled[0], 'drawn at 85 %').toBeLessThan(0.06);
  expect(scaled[2], 'drawn at 50 %').toBeLessThan(0.12);
  expect(scaled[2], 'really drawn smaller').toBeGreaterThan(0);
  expect(result.whole.mean, 'back at full size').toBe(0);
}

/** Draw calls as the file has them and merged, by what a graphics card draws. */
const CALLS: Readonly<Record<string, readonly [number, number]>> = {
  'ict_perfectsync_v1.vrm': [4, 4],
  'cool_loops_vrm0.vrm': [1, 1],
  'cryptovoxels_vrm0_noexpr.vrm': [1, 1],
  'debug_robot_vrm1.vrm': [66, 3],
  'ict_head.glb': [3, 3],
  'KayKit_Rogue.glb': [12, 1],
  'RobotExpressive.glb': [19, 5],
  'vida.vrm': [5, 4],
  'sol.vrm': [5, 4],
  'fenn.vrm': [5, 4],
  'pip.vrm': [5, 4],
  'byte.vrm': [4, 4],
};

async function checkRich(folder: string, file: string, family: AvatarFamily): Promise<void> {
  const { empty, difference, calls } = await stage.page.evaluate(
    ([address, kind]) =>
      (globalThis as unknown as { harness: OptimiseHarness }).harness.compareRich(address, kind),
    [`${folder}/${file}`, family] as const,
  );
  expect(empty.clear, 'there is an avatar').toBeGreaterThan(0.04);
  expect(difference.mean, 'merged against plain').toBeLessThan(0.25);
  expect(difference.clear, 'merged against plain').toBeLessThan(0.002);
  expect(calls).toEqual(CALLS[file]);
}

describe('an optimised avatar looks like the plain one', () => {
  const fixtures = fixturesDir();
  const all = [
    ...FIXTURE_AVATARS.map(({ file, family }) => ({
      folder: '/fixtures/avatars',
      file,
      family,
      missing: !fixtures || !existsSync(path.join(fixtures, 'avatars', file)),
    })),
    ...OWN.map((file) => ({ folder: '/resources/avatars', file, family: 'vrm1' as const, missing: false })),
  ];
  for (const { folder, file, family, missing } of all) {
    test.skipIf(missing)(file, () => check(`${folder}/${file}`, family));
    test.skipIf(missing)(`${file}, for a graphics card`, () => checkRich(folder, file, family));
  }
});
