import { expect, test } from 'vitest';
import { momentText } from './moment-text.ts';

test('a moment of today is a time, any other has its day', () => {
  const at = new Date(2026, 10, 22, 9, 4);
  const later = new Date(2026, 10, 22, 23, 59);
  expect(momentText(at.toISOString(), 'en', later)).toBe('09:04');
  expect(momentText(at.toISOString(), 'en', new Date(2026, 10, 23, 0, 1))).toBe('Nov 22, 2026, 09:04');
});
