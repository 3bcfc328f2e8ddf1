import { expect, test } from 'vitest';
import { type DesktopTextKey, desktopText } from './desktop-texts.ts';
import texts from './locale/en/desktop.json' with { type: 'json' };

test('values are filled in once; what they hold stays as it is', () => {
  expect(desktopText('blocked.no-key', { name: '{{count}} $& Main' })).toBe(
    'Enter the stream key of {{count}} $& Main first.',
  );
});

test('one and many', () => {
  expect(desktopText('quit.text', { count: 1 })).toBe('You are live to 1 destination. Stop and quit?');
  expect(desktopText('quit.text', { count: 0 })).toBe('You are live to 0 destinations. Stop and quit?');
});

test('every text is one, and every count has both forms', () => {
  for (const [key, text] of Object.entries(texts)) {
    expect(text.trim(), key).toBe(text);
    expect(text, key).not.toBe('');
    const plural = /^(.+)_(one|other)$/.exec(key);
    if (plural) {
      expect(texts).toHaveProperty([`${plural[1]}_one`]);
      expect(texts).toHaveProperty([`${plural[1]}_other`]);
    } else {
      expect(desktopText(key as DesktopTextKey)).toBe(text);
    }
  }
});
