import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { TRACKED_FIXTURE } from '../../bench/solver/data.ts';
import { fixturesDir } from '../../e2e/support/fixtures.ts';
import { say } from '../presets/step-kit.ts';
import { trackClip } from '../presets/track-clip.ts';
import { FPS } from './clips.ts';
import { performanceBytes } from './store.ts';

/** Reads the rendered head of the test data with the landmarker, into the cache: it is no part of the repository. */
export const trackFixture = async (): Promise<void> => {
  if (fixturesDir === null) {
    say('synth_ict: left out, the test data are not there (VIDA3_FIXTURES_DIR)');
    return;
  }
  const clip = path.join(fixturesDir, 'clips/synth_ict.mp4');
  const seen = await trackClip(clip, { width: 640, height: 480, fps: FPS });
  mkdirSync(path.dirname(TRACKED_FIXTURE), { recursive: true });
  writeFileSync(TRACKED_FIXTURE, performanceBytes(FPS, seen));
  say(`${TRACKED_FIXTURE}: face found on ${seen.filter((f) => f.found).length} of ${seen.length} frames`);
};
