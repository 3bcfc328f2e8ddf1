import { expect, test } from 'vitest';
import { X264_PRESETS } from './encoding.ts';
import { FULL_QUALITY, LEVER_STEPS, x264Preset } from './governor.ts';

test('the preset of libx264 follows its lever, from its first step to its last', () => {
  const steps = Array.from({ length: LEVER_STEPS['encoder-preset'] + 1 }, (_, step) => step);
  expect(steps.map((step) => x264Preset({ ...FULL_QUALITY, 'encoder-preset': step }))).toEqual([
    ...X264_PRESETS,
  ]);
});

test('a lever that is further down than the list is long means the least work', () => {
  expect(x264Preset({ ...FULL_QUALITY, 'encoder-preset': 9 })).toBe('ultrafast');
});
