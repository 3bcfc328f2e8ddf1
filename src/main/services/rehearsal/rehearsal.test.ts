import { expect, test } from 'vitest';
import type { PipelineReport } from '../../../shared/domain/report.ts';
import { gradeRehearsal, type RehearsalNumbers } from './grade.ts';

function report(part: {
  frames?: number;
  found?: number;
  ticks?: number;
  late?: number;
  encoded?: number;
  skipped?: number;
  source?: 'camera' | 'recorded';
}) {
  return {
    tracking: {
      source: part.source ?? 'camera',
      face: { frames: part.frames ?? 0, found: part.found ?? 0 },
    },
    live: { ticks: part.ticks ?? 180, late: part.late ?? 0 },
    encode: { frames: part.encoded ?? 180, skipped: part.skipped ?? 0 },
  } as unknown as PipelineReport;
}

function numbers(change: Partial<RehearsalNumbers> = {}): RehearsalNumbers {
  return {
    before: report({ frames: 100, found: 20 }),
    after: report({ frames: 200, found: 115 }),
    microphoneOn: false,
    audioSeconds: 12,
    audioFilledSeconds: 12,
    received: { frames: 180, seconds: 12 },
    ...change,
  };
}

const words = (list: ReturnType<typeof gradeRehearsal>) =>
  Object.fromEntries(list.map(({ stage, grade }) => [stage, grade]));

test('only what happened during the rehearsal counts, and a muted microphone is not judged', () => {
  expect(words(gradeRehearsal(numbers()))).toEqual({
    tracking: 'good',
    render: 'good',
    encode: 'good',
    delivery: 'good',
  });
});

test('every stage is judged by what it lost', () => {
  const after = report({ frames: 200, found: 60, ticks: 180, late: 12, encoded: 150, skipped: 30 });
  expect(words(gradeRehearsal(numbers({ after, received: { frames: 150, seconds: 12 } })))).toEqual({
    tracking: 'fair',
    render: 'fair',
    encode: 'bad',
    delivery: 'good',
  });
  expect(words(gradeRehearsal(numbers({ microphoneOn: true, audioFilledSeconds: 0.1 })))['audio']).toBe(
    'good',
  );
  expect(words(gradeRehearsal(numbers({ microphoneOn: true })))['audio']).toBe('bad');
});

test('nothing at all is bad, not a division by zero', () => {
  const nothing = report({ ticks: 0, encoded: 0 });
  const grades = gradeRehearsal(
    numbers({
      before: nothing,
      after: nothing,
      audioSeconds: 0,
      microphoneOn: true,
      received: { frames: 0, seconds: 0 },
    }),
  );
  expect(grades.every(({ grade, value }) => grade === 'bad' && value === 0)).toBe(true);
});

test('a recorded performance is no camera to judge', () => {
  const after = report({ source: 'recorded' });
  expect(words(gradeRehearsal(numbers({ after })))['tracking']).toBeUndefined();
});
