import { expect, test } from 'vitest';
import type { PipelineReport } from '../../../shared/domain/report.ts';
import { rehearsalGradeSchema } from '../../../shared/ipc/rehearsal.ts';
import { gradeRehearsal, type RehearsalNumbers } from './grade.ts';

function report(part: {
  pictures?: number;
  frames?: number;
  found?: number;
  ticks?: number;
  late?: number;
  encoded?: number;
  skipped?: number;
  source?: 'camera' | 'recorded';
}) {
  return {
    camera: { frames: part.pictures ?? 0 },
    tracking: {
      source: part.source ?? 'camera',
      face: { frames: part.frames ?? 0, found: part.found ?? 0 },
    },
    live: { ticks: part.ticks ?? 300, late: part.late ?? 0 },
    encode: { frames: part.encoded ?? 300, skipped: part.skipped ?? 0 },
  } as unknown as PipelineReport;
}

function numbers(change: Partial<RehearsalNumbers> = {}): RehearsalNumbers {
  return {
    before: report({ pictures: 1000, frames: 100, found: 20 }),
    after: report({ pictures: 1290, frames: 200, found: 115 }),
    seconds: 20,
    cameraFps: 15,
    microphoneOn: false,
    audioSeconds: 20,
    audioFilledSeconds: 20,
    driftMs: null,
    encodedOutside: null,
    sentKbps: 1000,
    wantedKbps: 1128,
    received: { frames: 300, seconds: 20 },
    ...change,
  };
}

const words = (change: Partial<RehearsalNumbers> = {}) =>
  Object.fromEntries(gradeRehearsal(numbers(change)).map(({ stage, grade }) => [stage, grade]));
const one = (stage: string, change: Partial<RehearsalNumbers> = {}) =>
  gradeRehearsal(numbers(change)).find((grade) => grade.stage === stage);

test('only what happened during the rehearsal counts, and a muted microphone is not judged', () => {
  expect(words()).toEqual({
    camera: 'good',
    tracking: 'good',
    render: 'good',
    encode: 'good',
    bitrate: 'good',
    delivery: 'good',
  });
  expect(one('camera')).toMatchObject({ measured: 14.5, expected: 15 });
  expect(one('tracking')).toMatchObject({ measured: 95, expected: 100, value: 0.95 });
});

test('every grade fits the contract', () => {
  for (const grade of gradeRehearsal(numbers({ microphoneOn: true, driftMs: 4 }))) {
    expect(rehearsalGradeSchema.parse(grade)).toEqual(grade);
  }
});

test('every stage is judged by what it lost', () => {
  const after = report({
    ...{ pictures: 1170, frames: 200, found: 60, ticks: 300, late: 20, encoded: 250, skipped: 50 },
  });
  expect(words({ after, received: { frames: 250, seconds: 20 } })).toEqual({
    camera: 'fair',
    tracking: 'fair',
    render: 'fair',
    encode: 'bad',
    bitrate: 'good',
    delivery: 'good',
  });
  expect(words({ microphoneOn: true, audioFilledSeconds: 0.1 })['audio']).toBe('good');
  expect(words({ microphoneOn: true })['audio']).toBe('bad');
});

test('pictures that an encoder outside the page made are counted there', () => {
  const after = report({ pictures: 1290, frames: 200, found: 115, encoded: 300 });
  expect(one('encode', { after, encodedOutside: 240 })).toMatchObject({
    grade: 'bad',
    measured: 240,
    expected: 300,
  });
  expect(
    one('delivery', { after, encodedOutside: 240, received: { frames: 240, seconds: 20 } }),
  ).toMatchObject({
    grade: 'good',
    expected: 240,
  });
});

test.each([
  [0, 'bad'],
  [300, 'fair'],
  [600, 'good'],
  [1128, 'good'],
  [1400, 'fair'],
  [1600, 'bad'],
] as const)('%i kbit/s of 1128 are %s', (sentKbps, grade) => {
  expect(words({ sentKbps })['bitrate']).toBe(grade);
});

test.each([
  [3, 'good'],
  [-44, 'good'],
  [80, 'fair'],
  [-300, 'bad'],
] as const)('sound %i ms beside the picture is %s', (driftMs, grade) => {
  expect(one('sync', { microphoneOn: true, driftMs })).toMatchObject({
    grade,
    measured: Math.abs(driftMs),
    expected: 45,
  });
  expect(one('sync', { driftMs })).toBeUndefined();
});

test('nothing at all is bad, not a division by zero', () => {
  const nothing = report({ ticks: 0, encoded: 0 });
  const grades = gradeRehearsal(
    numbers({
      ...{ before: nothing, after: nothing, seconds: 0, audioSeconds: 0, audioFilledSeconds: 0 },
      ...{ microphoneOn: true, sentKbps: 0, wantedKbps: 0, received: { frames: 0, seconds: 0 } },
    }),
  );
  expect(grades.length).toBeGreaterThan(6);
  expect(grades.every(({ grade, value }) => grade === 'bad' && value === 0)).toBe(true);
});

test('a recorded performance is no camera to judge', () => {
  const after = report({ source: 'recorded' });
  expect(words({ after })).not.toHaveProperty('camera');
  expect(words({ after })).not.toHaveProperty('tracking');
});
