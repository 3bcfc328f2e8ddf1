import { expect, test } from 'vitest';
import { progressOf } from './progress-of.ts';

test('which step of how many, and the seconds that are left of the whole', () => {
  expect(progressOf({ kind: 'neutral', state: 'running', share: 0.25 })).toEqual({
    share: 0.25,
    secondsLeft: 2,
    step: 1,
    steps: 1,
  });
  expect(progressOf({ kind: 'fit', state: 'running', step: 'pucker', share: 0.5 })).toEqual({
    share: 0.5,
    secondsLeft: 15,
    step: 4,
    steps: 6,
  });
  expect(progressOf({ kind: 'voice', state: 'running', step: 'O', share: 1.2 })).toEqual({
    share: 1,
    secondsLeft: 0,
    step: 5,
    steps: 5,
  });
});
