import { describe, expect, test } from 'vitest';
import { rehearsalClock, STEP_COUNT, stepAfter } from './steps.ts';

describe('the introduction', () => {
  test('goes on and back, and stays at its ends', () => {
    expect(stepAfter('welcome', 1)).toBe('camera');
    expect(stepAfter('camera', -1)).toBe('welcome');
    expect(stepAfter('welcome', -1)).toBe('welcome');
    expect(stepAfter('done', 1)).toBe('done');
    expect(STEP_COUNT).toBe(5);
  });

  test('the clock of a rehearsal counts down and never below nothing', () => {
    expect(rehearsalClock(12, 0)).toEqual({ left: 12, share: 0 });
    expect(rehearsalClock(12, 3.2)).toEqual({ left: 9, share: 3.2 / 12 });
    expect(rehearsalClock(12, 14)).toEqual({ left: 0, share: 1 });
    expect(rehearsalClock(0, 0)).toEqual({ left: 0, share: 0 });
  });
});
