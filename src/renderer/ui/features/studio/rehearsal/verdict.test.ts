import { expect, test } from 'vitest';
import { type RehearsalOutcome, verdictOf } from './verdict.ts';

const held: RehearsalOutcome = { ok: true, reason: null, frames: 150, seconds: 10, grades: [] };

test('the worst stage decides, and a rehearsal that was not held is bad', () => {
  const fair = { stage: 'render', grade: 'fair', value: 0.97 } as const;
  expect(verdictOf({ ...held, grades: [{ stage: 'encode', grade: 'good', value: 1 }] })).toBe('good');
  expect(verdictOf({ ...held, grades: [fair] })).toBe('fair');
  expect(verdictOf({ ...held, grades: [fair, { stage: 'audio', grade: 'bad', value: 0 }] })).toBe('bad');
  expect(verdictOf({ ...held, ok: false, reason: 'rehearsal.no-sink' })).toBe('bad');
});
