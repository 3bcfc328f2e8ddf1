import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fixture, headMatrix, referenceClip } from '../../../../bench/solver/data.ts';
import { regression, rmse } from '../../../../bench/solver/truth-metrics.ts';
import { ANGLES, rawTrack } from '../../../../bench/solver/truth-run.ts';
import { needs } from '../../../../e2e/support/fixtures.ts';
import { ARKIT_CHANNELS, ARKIT_COUNT, ARKIT_INDEX } from '../../../shared/domain/arkit.ts';
import { createSolvedFace, type SolvedFace } from '../../../shared/domain/solved-face.ts';
import { DEFAULT_PROFILE, type Neutral } from '../../../shared/domain/tracking-settings.ts';
import type { CalibrationEvent } from '../inspection.ts';
import { createFaceObservation, type FaceObservation } from '../tracking-channel.ts';
import { CHANNEL_RATE } from './channels.ts';
import { FaceSolver } from './face-solver.ts';

type Clip = NonNullable<ReturnType<typeof referenceClip>>;

/** Every frame of a clip through one solver, ticked at the clip's own rate. */
function solveClip({ fps, seen }: Clip, solver = new FaceSolver()): SolvedFace[] {
  const face = createFaceObservation();
  return seen.map((frame, i) => {
    face.sequence = i + 1;
    face.capturedAtMs = 1000 + (i * 1000) / fps;
    face.found = frame.found;
    face.confidence = frame.found ? 1 : 0;
    face.matrix.set(frame.matrix);
    face.scores.set(frame.scores);
    solver.observe(face);
    const out = createSolvedFace();
    solver.solve(face.capturedAtMs, out);
    return out;
  });
}

const DEGREES = 180 / Math.PI;

describe('FaceSolver on recorded people', () => {
  const known = fixture();
  const leaving = referenceClip('made_leave_reenter');
  const talking = referenceClip('public_talk_frontal');

  test.skipIf(!known)(needs('follows the truth of synth_ict', 'fixtures'), () => {
    const { truth } = known!;
    const solved = solveClip(known!);
    const off = (angle: (typeof ANGLES)[number]) =>
      rmse(
        solved.map((s) => s[angle] * DEGREES),
        truth.frames.map((f) => f[angle]),
      );
    const agreement = (name: keyof typeof ARKIT_INDEX) =>
      regression(
        solved.map((s) => s.channels[ARKIT_INDEX[name]]!),
        truth.frames.map((f) => f.bs[name]!),
      ).correlation;
    expect(off('yaw')).toBeLessThan(1.8);
    expect(off('pitch')).toBeLessThan(2.2);
    expect(off('roll')).toBeLessThan(0.8);
    expect(agreement('jawOpen')).toBeGreaterThan(0.97);
    expect(agreement('eyeBlinkLeft')).toBeGreaterThan(0.92);
    expect(agreement('eyeBlinkRight')).toBeGreaterThan(0.92);
  });

  test.skipIf(!leaving)(needs('made_leave_reenter: gone and back without a jump', 'fixtures'), () => {
    const solved = solveClip(leaving!);
    const states = new Set(solved.map((s) => s.state));
    expect(states).toContain('no-face');
    expect(states).toContain('tracking');
    expect(Math.min(...solved.map((s) => s.presence))).toBe(0);
    expect(solved.at(-1)!.presence).toBe(1);
    let channelStep = 0;
    let angleStep = 0;
    for (let i = 1; i < solved.length; i++) {
      const [a, b] = [solved[i - 1]!, solved[i]!];
      for (let c = 0; c < ARKIT_COUNT; c++) {
        if (/^(eyeBlink|jawOpen)/.test(ARKIT_CHANNELS[c]!)) continue;
        channelStep = Math.max(channelStep, Math.abs(b.channels[c]! - a.channels[c]!));
      }
      for (const key of ANGLES) angleStep = Math.max(angleStep, Math.abs(b[key] - a[key]) * DEGREES);
    }
    expect(channelStep).toBeLessThanOrEqual(CHANNEL_RATE / 30 + 1e-3);
    expect(angleStep).toBeLessThan(8);
  });

  test.skipIf(!talking)(needs('is calmer than its input at rest', 'fixtures'), () => {
    const solved = solveClip(talking!);
    const raw = rawTrack(talking!.seen);
    // Summed, not squared: the blend at the beginning would outweigh everything after it.
    const shaking = (values: readonly number[]) =>
      values.slice(2).reduce((sum, value, i) => sum + Math.abs(value - 2 * values[i + 1]! + values[i]!), 0);
    for (const key of ANGLES) {
      expect(shaking(solved.map((s) => s[key] * DEGREES)), key).toBeLessThan(0.7 * shaking(raw[key]));
    }
    const brow = ARKIT_INDEX.browDownLeft;
    expect(shaking(solved.map((s) => s.channels[brow]!))).toBeLessThan(
      0.5 * shaking(talking!.seen.map(({ scores }) => scores[brow]!)),
    );
  });
});

function syntheticFace(sequence: number, change: Partial<FaceObservation> = {}): FaceObservation {
  const face = Object.assign(createFaceObservation(), {
    sequence,
    capturedAtMs: sequence * 33,
    found: true,
    faces: 1,
    confidence: 1,
    ...change,
  });
  face.matrix.set(headMatrix([0, 0, 0], [0, 0, -30]));
  return face;
}

describe('FaceSolver', () => {
  test('mirroring twice is no mirroring', () => {
    const plain = new FaceSolver();
    const mirrored = new FaceSolver();
    mirrored.setMirror(true);
    const face = syntheticFace(1);
    face.matrix.set(headMatrix([20, 5, -8], [3, 1, -30]));
    face.scores.forEach((_, i) => {
      face.scores[i] = ((i * 37) % 100) / 100;
    });
    const [a, b, c] = [createSolvedFace(), createSolvedFace(), createSolvedFace()];
    for (const solver of [plain, mirrored]) solver.observe(face);
    for (const now of [33, 2000]) {
      plain.solve(now, a);
      mirrored.solve(now, b);
    }
    expect(b.yaw).toBe(-a.yaw);
    expect(b.pitch).toBe(a.pitch);
    expect(b.roll).toBe(-a.roll);
    expect(b.gazeYaw).toBe(-a.gazeYaw);
    expect(b.channels[ARKIT_INDEX.mouthSmileLeft]).toBe(a.channels[ARKIT_INDEX.mouthSmileRight]);
    mirrored.setMirror(false);
    mirrored.solve(2000, c);
    expect(c).toEqual(a);
  });

  test('a face that is lost is held, then idles, and blinks while it idles', () => {
    const solver = new FaceSolver();
    const out = createSolvedFace();
    const face = syntheticFace(1);
    face.matrix.set(headMatrix([25, 0, 0], [0, 0, -30]));
    let now = 0;
    const step = (found: boolean) => {
      now += 33;
      face.sequence++;
      face.capturedAtMs = now;
      face.found = found;
      solver.observe(face);
      solver.solve(now, out);
    };
    for (let i = 0; i < 60; i++) step(true);
    expect(out.presence).toBe(1);
    const held = out.yaw;
    expect(held * DEGREES).toBeCloseTo(25, 1);
    for (let i = 0; i < 20; i++) step(false);
    expect(out.yaw).toBe(held);
    expect(out.state).toBe('no-face');
    for (let i = 0; i < 30; i++) step(false);
    expect(out.presence).toBe(0);
    let blinked = 0;
    for (let i = 0; i < 300; i++) {
      step(false);
      blinked = Math.max(blinked, out.channels[ARKIT_INDEX.eyeBlinkLeft]!);
    }
    expect(blinked).toBeGreaterThan(0.8);
    for (let i = 0; i < 60; i++) {
      now += 33;
      solver.solve(now, out);
    }
    expect(out.state).toBe('no-camera');
  });

  test('a calibration takes the resting face away and keeps the range above it', () => {
    const events: CalibrationEvent[] = [];
    let captured: Neutral | null = null as Neutral | null;
    const solver = new FaceSolver({
      onNeutral: (neutral) => {
        captured = neutral;
      },
      onCalibration: (event) => events.push(event),
    });
    const out = createSolvedFace();
    const face = syntheticFace(1);
    face.matrix.set(headMatrix([4, 7, -2], [0, 0, -30]));
    const brow = ARKIT_INDEX.browInnerUp;
    solver.calibrate();
    let now = 0;
    const run = (frames: number, score: number) => {
      for (let i = 0; i < frames; i++) {
        now += 33;
        face.sequence++;
        face.capturedAtMs = now;
        face.scores[brow] = score;
        solver.observe(face);
        solver.solve(now, out);
      }
    };
    run(60, 0.6);
    expect(events.at(-1)).not.toEqual({ kind: 'neutral', state: 'done' });
    run(60, 0.6);
    expect(events.at(-1)).toEqual({ kind: 'neutral', state: 'done' });
    expect(out.channels[brow]).toBeCloseTo(0, 6);
    expect(out.pitch * DEGREES).toBeCloseTo(0, 1);
    run(120, 1);
    expect(out.channels[brow]).toBeGreaterThan(0.7);
    expect(captured?.scores[brow]).toBeCloseTo(0.6, 3);
    const next = new FaceSolver();
    next.setProfile({ ...DEFAULT_PROFILE, neutral: captured });
    const again = createSolvedFace();
    face.sequence++;
    next.observe(face);
    next.solve(face.capturedAtMs, again);
    expect(again.pitch * DEGREES).toBeCloseTo(0, 1);
  });

  test('another camera finds the place of the head anew and ends a calibration; the same one does neither', () => {
    const events: CalibrationEvent[] = [];
    const solver = new FaceSolver({ onCalibration: (event) => events.push(event) });
    const out = createSolvedFace();
    const face = syntheticFace(1);
    let now = 0;
    const run = (frames: number, place: readonly number[]) => {
      face.matrix.set(headMatrix([0, 0, 0], place));
      for (let i = 0; i < frames; i++) {
        now += 33;
        face.sequence++;
        face.capturedAtMs = now;
        solver.observe(face);
        solver.solve(now, out);
      }
    };
    solver.setProfile(DEFAULT_PROFILE, 'Laptop');
    run(60, [0, 0, -50]);
    solver.beginFit();
    solver.setProfile({ ...DEFAULT_PROFILE, linkedEyes: false }, 'Laptop');
    solver.setProfile(DEFAULT_PROFILE);
    run(60, [12, 6, -70]);
    expect(Math.hypot(out.x, out.y, out.z)).toBeGreaterThan(0.1);
    expect(events.at(-1)).toMatchObject({ kind: 'fit', state: 'running' });
    solver.setProfile(DEFAULT_PROFILE, 'Desk');
    expect(events.at(-1)).toEqual({ kind: 'fit', state: 'cancelled' });
    run(60, [12, 6, -70]);
    expect(Math.hypot(out.x, out.y, out.z)).toBeLessThan(0.005);
  });

  test('an expression that is held stays, uncalibrated', () => {
    const solver = new FaceSolver();
    const out = createSolvedFace();
    for (let i = 1; i < 900; i++) {
      const face = syntheticFace(i);
      face.scores[ARKIT_INDEX.mouthSmileLeft] = 0.8;
      solver.observe(face);
      solver.solve(i * 33, out);
    }
    expect(out.channels[ARKIT_INDEX.mouthSmileLeft]).toBeGreaterThan(0.75);
  });

  test('the gaze is held while the lids are shut, and a wink does not drag it', () => {
    const solver = new FaceSolver();
    const out = createSolvedFace();
    const face = syntheticFace(1);
    const set = (values: Partial<Record<keyof typeof ARKIT_INDEX, number>>, frames = 40) => {
      for (const [name, value] of Object.entries(values)) {
        face.scores[ARKIT_INDEX[name as keyof typeof ARKIT_INDEX]] = value;
      }
      for (let i = 0; i < frames; i++) {
        face.sequence++;
        face.capturedAtMs += 33;
        solver.observe(face);
        solver.solve(face.capturedAtMs, out);
      }
    };
    set({ eyeLookOutLeft: 0.5, eyeLookInRight: 0.5 });
    const before = out.gazeYaw;
    expect(before).toBeGreaterThan(0.2);
    set({ eyeBlinkLeft: 0.8, eyeBlinkRight: 0.8, eyeLookDownLeft: 0.9, eyeLookDownRight: 0.9 });
    expect(out.gazePitch).toBeCloseTo(0, 2);
    expect(out.gazeYaw).toBeCloseTo(before, 2);
    set({ eyeBlinkLeft: 0.8, eyeBlinkRight: 0, eyeLookDownRight: 0, eyeLookDownLeft: 0.9 });
    expect(out.gazePitch).toBeCloseTo(0, 2);
    expect(out.channels[ARKIT_INDEX.eyeBlinkRight]).toBeLessThan(0.1);
    expect(out.channels[ARKIT_INDEX.eyeBlinkLeft]).toBeGreaterThan(0.9);
  });

  test('finite and in range whatever comes in', () => {
    const number = fc.oneof(
      fc.double(),
      fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e30, -1e30, 0, 1),
    );
    const observation = fc.record({
      found: fc.boolean(),
      at: number,
      now: number,
      confidence: number,
      matrix: fc.array(number, { minLength: 16, maxLength: 16 }),
      scores: fc.array(number, { minLength: ARKIT_COUNT, maxLength: ARKIT_COUNT }),
    });
    fc.assert(
      fc.property(fc.array(observation, { maxLength: 8 }), (inputs) => {
        const solver = new FaceSolver();
        solver.calibrate();
        const out = createSolvedFace();
        inputs.forEach((input, i) => {
          const face = syntheticFace(i + 1, {
            found: input.found,
            capturedAtMs: input.at,
            confidence: input.confidence,
          });
          face.matrix.set(input.matrix);
          face.scores.set(input.scores);
          solver.observe(face);
          solver.solve(input.now, out);
          for (const value of out.channels) expect(value >= 0 && value <= 1, `${value}`).toBe(true);
          const { yaw, pitch, roll, x, y, z, gazeYaw, gazePitch, breath, presence } = out;
          for (const value of [yaw, pitch, roll, x, y, z, gazeYaw, gazePitch, breath, presence]) {
            expect(Number.isFinite(value)).toBe(true);
          }
          expect(presence >= 0 && presence <= 1).toBe(true);
        });
      }),
    );
  });
});
