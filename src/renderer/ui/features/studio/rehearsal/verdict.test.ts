import { expect, test } from 'vitest';
import { type RehearsalOutcome, verdictOf } from './verdict.ts';

const held: RehearsalOutcome = { ok: true, reason: null, frames: 150, seconds: 10, grades: [] };

test('the worst stage decides, and a rehearsal that was not held is bad', () => {
  const fair = { stage: 'render', grade: 'fair', value: 0.97, measured: null, expected: null } as const;
  const good = { ...fair, stage: 'encode', grade: 'good' } as const;
  const bad = { ...fair, stage: 'audio', grade: 'bad' } as const;
  expect(verdictOf({ ...held, grades: [good] })).toBe('good');
  expect(verdictOf({ ...held, grades: [good, fair] })).toBe('fair');
  expect(verdictOf({ ...held, grades: [fair, bad] })).toBe('bad');
  expect(verdictOf({ ...held, ok: false, reason: 'rehearsal.no-sink' })).toBe('bad');
});
