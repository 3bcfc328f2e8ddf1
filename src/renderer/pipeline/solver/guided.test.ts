import { expect, test } from 'vitest';
import { ARKIT_COUNT, ARKIT_INDEX, type ArkitChannel } from '../../../shared/domain/arkit.ts';
import { neutralSchema, type Ranges, rangesSchema } from '../../../shared/domain/tracking-settings.ts';
import { type CalibrationEvent, FIT_STEP_MS, FIT_STEPS, type FitStep } from '../inspection.ts';
import { GuidedCalibration } from './guided.ts';

const I = ARKIT_INDEX;
const POSE = { yaw: 0.1, pitch: -0.05, roll: 0, x: 0, y: 0, z: -0.4 };

test('the neutral is not moved by a blink or a leap, and is what settings can hold', () => {
  let scores: readonly number[] = [];
  const guided = new GuidedCalibration({
    onNeutral: (neutral) => {
      scores = neutralSchema.parse(neutral).scores;
    },
  });
  guided.beginNeutral();
  const raw = new Float64Array(ARKIT_COUNT).fill(0.1);
  for (let now = 0; guided.busy; now += 33) {
    raw[I.eyeBlinkLeft] = now > 800 && now < 1100 ? 0.9 : 0.1;
    guided.add(raw, POSE, now);
    guided.look(now);
  }
  expect(scores[I.eyeBlinkLeft]).toBeCloseTo(0.1, 6);
});

test('nobody in front of the camera: both fail, and say so', () => {
  for (const begin of ['beginNeutral', 'beginFit'] as const) {
    const events: CalibrationEvent[] = [];
    const guided = new GuidedCalibration({ onCalibration: (event) => events.push(event) });
    guided[begin]();
    for (let now = 0; guided.busy && now < 60_000; now += 33) guided.look(now);
    expect(events.at(-1)?.state).toBe('failed');
    guided[begin]();
    guided.cancel();
    expect(events.at(-1)?.state).toBe('cancelled');
  }
});

test('the fit learns what was shown and stretches no noise', () => {
  const shows: Partial<Record<FitStep, Partial<Record<ArkitChannel, number>>>> = {
    smile: { mouthSmileLeft: 0.55, mouthSmileRight: 0.6 },
    open: { jawOpen: 0.7 },
    pucker: { mouthPucker: 0.08 },
  };
  let ranges: Ranges | null = null as Ranges | null;
  const steps = new Set<FitStep>();
  const guided = new GuidedCalibration({
    onFitted: (learnt) => {
      ranges = rangesSchema.parse(learnt);
    },
    onCalibration: (event) => {
      if (event.kind === 'fit' && event.state === 'running') steps.add(event.step);
    },
  });
  guided.beginFit();
  const raw = new Float64Array(ARKIT_COUNT);
  for (let now = 0; guided.busy; now += 33) {
    raw.fill(0.02);
    const step = FIT_STEPS[Math.floor(now / FIT_STEP_MS)];
    for (const [name, value] of Object.entries(step ? (shows[step] ?? {}) : {}))
      raw[I[name as ArkitChannel]] = value;
    guided.look(now);
    guided.add(raw, POSE, now);
  }
  expect([...steps]).toEqual([...FIT_STEPS]);
  expect(ranges?.top[I.mouthSmileLeft]).toBeCloseTo(0.56, 2);
  expect(ranges?.top[I.jawOpen]).toBeCloseTo(0.71, 2);
  expect(ranges?.top[I.mouthPucker]).toBe(1);
  expect(ranges?.top[I.browInnerUp]).toBe(1);
});
