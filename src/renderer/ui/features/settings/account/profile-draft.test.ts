import { expect, test } from 'vitest';
import { NO_CHANGE, profileChange } from './profile-draft.ts';

const saved = { username: 'vida', twitterHandle: null, avatarUrl: 'https://example.com/a.png' };

test('only what is another than saved is sent', () => {
  expect(profileChange(saved, NO_CHANGE)).toEqual({ change: {}, wrong: [] });
  expect(profileChange(saved, { username: ' vida ', twitterHandle: '', avatarUrl: null })).toEqual({
    change: {},
    wrong: [],
  });
  expect(profileChange(saved, { username: 'ada', twitterHandle: '@ada', avatarUrl: '' })).toEqual({
    change: { username: 'ada', twitterHandle: 'ada', avatarUrl: null },
    wrong: [],
  });
});

test('what the command would not take is named', () => {
  const { wrong } = profileChange(saved, {
    username: 'a b',
    twitterHandle: 'x'.repeat(51),
    avatarUrl: 'http://example.com/a.png',
  });
  expect(wrong).toEqual(['username', 'twitterHandle', 'avatarUrl']);
});
