import { expect, test } from 'vitest';
import { draftProblems } from './draft.ts';

const good = { name: 'Mine', url: 'rtmps://live.example.com:443/app', key: 'abc', isDefault: false };

test('a whole draft has no problems, and a saved key need not be typed again', () => {
  expect(draftProblems(good, false)).toEqual({});
  expect(draftProblems({ ...good, key: ' ' }, true)).toEqual({});
});

test('names every field that is missing or wrong', () => {
  expect(draftProblems({ name: ' ', url: 'https://x/y', key: '', isDefault: true }, false)).toEqual({
    name: true,
    url: true,
    key: true,
  });
  expect(draftProblems({ ...good, url: 'rtmp://host' }, false)).toEqual({ url: true });
});
