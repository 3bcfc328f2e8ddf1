import { expect, test } from 'vitest';
import { secondsToWait } from './mail-sent.ts';

test('a mail may be sent again after a minute', () => {
  expect(secondsToWait(null, 5)).toBe(0);
  expect(secondsToWait(700, 700)).toBe(60);
  expect(secondsToWait(700, 17_900)).toBe(43);
  expect(secondsToWait(700, 60_700)).toBe(0);
  expect(secondsToWait(700, 3_600_000)).toBe(0);
});
