import { describe, expect, test } from 'vitest';
import { fixture, type KnownPerformance, stored, storedNames } from '../../../../bench/solver/data.ts';
import { jitter, lagOf, regression, rmse, rollLeak } from '../../../../bench/solver/truth-metrics.ts';
import {
  ANGLES,
  type Angle,
  liveTrack,
  moves,
  rawTrack,
  settlingFrames,
  solvedTrack,
  stillFor,
  TRACKER_MS,
  type Track,
  truthOf,
} from '../../../../bench/solver/truth-run.ts';

/**
 * Where the landmarker itself hardly follows (half a face at the picture's edge: a nod reads as a tilt), the shift at
 * which it follows best is chance, and no lag can be told; that the solver follows no worse still holds.
 */
const FOLLOWS = 0.8;

const LEAST_CALM = 4;
const MOST_LAG_FRAMES = 1;
const CORRELATION_LOSS = 0.01;

interface Measured {
  readonly known: KnownPerformance;
  readonly raw: Track;
  readonly ours: Track;
  readonly skip: number;
}

const measure = (known: KnownPerformance): Measured => ({
  known,
  raw: rawTrack(known.seen),
  ours: solvedTrack(known.seen, known.fps),
  skip: settlingFrames(known),
});

const moving = (known: KnownPerformance) => ANGLES.filter((angle) => moves(truthOf(known, angle)));

/** Correlation of a solved track against the truth. */
const expectTrue = ({ known, raw, skip }: Measured, solved: Track): void => {
  for (const angle of moving(known)) {
    const truth = truthOf(known, angle);
    expect(
      regression(solved[angle].slice(skip), truth).correlation,
      `${known.name} ${angle}: correlation`,
    ).toBeGreaterThanOrEqual(regression(raw[angle].slice(skip), truth).correlation - CORRELATION_LOSS);
  }
};

/** Lag against the landmarker's own. */
const expectPrompt = ({ known, raw, ours, skip }: Measured): void => {
  for (const angle of moving(known)) {
    const truth = truthOf(known, angle);
    const before = raw[angle].slice(skip);
    if (regression(before, truth).correlation < FOLLOWS) continue;
    expect(
      lagOf(ours[angle].slice(skip), truth) - lagOf(before, truth),
      `${known.name} ${angle}: added lag in frames`,
    ).toBeLessThanOrEqual(MOST_LAG_FRAMES);
  }
};

const expectCalm = ({ known, raw }: Measured, solved: Track, angle: Angle): void => {
  const still = stillFor(known, angle);
  const before = jitter(raw[angle], still);
  const after = jitter(solved[angle], still);
  const what = `${known.name} ${angle}: ${before.toFixed(4)}° to ${after.toFixed(4)}°`;
  expect(before / after, what).toBeGreaterThanOrEqual(LEAST_CALM);
};

test('there are the seven that our script makes', () => expect(storedNames()).toHaveLength(7));

describe.each(storedNames())('%s', (name) => {
  const measured = measure(stored(name));

  test('the landmarker sees the face most of the time, and something of it moves', () => {
    const { known } = measured;
    expect(known.seen).toHaveLength(known.truth.frames.length);
    expect(known.seen.filter((f) => f.found).length / known.seen.length).toBeGreaterThan(0.8);
    expect(moving(known).length).toBeGreaterThan(0);
    expect(known.truth.still?.length).toBeGreaterThan(0);
    expect(stillFor(known, 'yaw').every(([from, to]) => to - from >= known.fps)).toBe(true);
  });

  test.each(ANGLES)('a still head is at least four times calmer than the landmarker says: %s', (angle) =>
    expectCalm(measured, measured.ours, angle),
  );

  test('at most one frame later than the landmarker, and as true', () => {
    expectPrompt(measured);
    expectTrue(measured, measured.ours);
  });
});

/** Measured for kalidokit 1.1.5 on this clip, with the same landmarks. */
const KALIDOKIT = {
  rmse: { yaw: 1.61, pitch: 2.4, roll: 1.58 },
  blink: 0.13,
  jitter: { yaw: 0.14, pitch: 0.42, roll: 0.17 },
} as const;

describe('synth_ict [needs fixtures]', () => {
  const known = fixture();
  const needed = test.skipIf(known === null);
  const measured = known && measure(known);

  needed('at most one frame later than the landmarker, and as true', () => {
    expectPrompt(measured!);
    expectTrue(measured!, measured!.ours);
  });

  needed('closer to the truth than kalidokit', () => {
    const { ours, skip } = measured!;
    for (const angle of ANGLES) {
      expect(rmse(ours[angle].slice(skip), truthOf(known!, angle)), angle).toBeLessThan(
        KALIDOKIT.rmse[angle],
      );
    }
    for (const [lid, name] of [
      ['blinkLeft', 'eyeBlinkLeft'],
      ['blinkRight', 'eyeBlinkRight'],
    ] as const) {
      const truth = known!.truth.frames.slice(skip).map((frame) => frame.bs[name] ?? 0);
      expect(rmse(ours[lid].slice(skip), truth), lid).toBeLessThan(KALIDOKIT.blink);
    }
  });

  needed(
    'an angle that rests is four times calmer than the landmarker says, and calmer than kalidokit',
    () => {
      for (const angle of ANGLES) {
        expectCalm(measured!, measured!.ours, angle);
        const shaking = jitter(measured!.ours[angle], stillFor(known!, angle));
        expect(shaking, angle).toBeLessThan(KALIDOKIT.jitter[angle]);
      }
    },
  );

  // A quick tracker's head is shown late; a slow one's is predicted, which makes noise of what it predicts.
  for (const trackerMs of [0, TRACKER_MS, 100]) {
    needed(`as calm and as true with the stage's steady delay: a tracker of ${trackerMs} ms`, () => {
      const live = liveTrack(known!.seen, known!.fps, trackerMs);
      for (const angle of ANGLES) expectCalm(measured!, live, angle);
      expectTrue(measured!, live);
    });
  }

  needed('turning from side to side does not tilt the head', () => {
    expect(rollLeak(measured!.ours.roll, known!.truth.frames)).toBeLessThan(1.5);
  });

  needed('shows the whole movement, less than 40 ms later', () => {
    const { raw, ours, skip } = measured!;
    for (const angle of ANGLES) {
      const truth = truthOf(known!, angle);
      const after = ours[angle].slice(skip);
      const { slope } = regression(after, truth);
      expect(slope, angle).toBeGreaterThan(0.95);
      expect(slope, angle).toBeLessThan(1.05);
      const frames = lagOf(after, truth) - lagOf(raw[angle].slice(skip), truth);
      expect((frames * 1000) / known!.fps, angle).toBeLessThan(40);
    }
  });
});
