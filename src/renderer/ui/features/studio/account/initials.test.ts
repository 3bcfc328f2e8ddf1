import { expect, test } from 'vitest';
import { initialsOf } from './initials.ts';

test('letters that stand for a name', () => {
  expect(initialsOf('vida')).toBe('V');
  expect(initialsOf('ada.love_lace')).toBe('AL');
  expect(initialsOf('émile-zola@example.com')).toBe('ÉZ');
  expect(initialsOf('𝒜')).toBe('𝒜');
  expect(initialsOf('..')).toBe('?');
});
