import { expect, test } from 'vitest';
import { createAvatarPose, MAX_EXPRESSIONS } from '../../../shared/domain/avatar-pose.ts';
import { VmcMerge } from '../motion/vmc-merge.ts';
import { ExpressionMixer } from './expression-mixer.ts';
import { expressionPlaces } from './expression-places.ts';

test('slots keep their places, also two of one name; the rest of the avatar follows while there is room', () => {
  const own = ['happy', '', 'x'.repeat(121), 'angry', 'angry'];
  expect(expressionPlaces(['sad', 'happy', 'sad'], own)).toEqual(['sad', 'happy', 'sad', 'angry']);
  const many = Array.from({ length: 60 }, (_, i) => `morph-${i}`);
  const places = expressionPlaces(['sad'], many);
  expect([places.length, places[0], places.at(-1)]).toEqual([MAX_EXPRESSIONS, 'sad', 'morph-30']);
  expect(expressionPlaces(many, ['happy'])).toEqual(many.slice(0, MAX_EXPRESSIONS));
});

test('another program puts on what is on no key, and it goes when the program does', () => {
  const slot = {
    id: 'joy',
    name: 'happy',
    trigger: { key: null, gesture: null, mode: 'toggle' },
    weight: 1,
    fadeInMs: 0,
    fadeOutMs: 0,
    holdMs: 100,
    stacking: 'replace',
    mutes: { eyes: false, mouth: false },
  } as const;
  const mixer = new ExpressionMixer();
  const merge = new VmcMerge();
  mixer.setSlots([slot]);
  merge.setExpressionNames(expressionPlaces([slot.name], ['happy', 'angry']));
  mixer.press('joy', true, 0);
  const pose = createAvatarPose();
  const shownAt = (fromMs: number, untilMs: number, sends: boolean): number[] => {
    for (let ms = fromMs; ms < untilMs; ms += 20) {
      if (sends) merge.take({ bones: [], hips: null, channels: [], expressions: { angry: 0.5 } }, ms);
      mixer.update(ms, pose);
      merge.apply(ms, pose);
    }
    return [...pose.expressions.subarray(0, 3)].map((weight) => Math.round(weight * 100) / 100);
  };
  expect(shownAt(0, 1000, true)).toEqual([1, 0.5, 0]);
  expect(shownAt(1000, 3000, false)).toEqual([1, 0, 0]);
});
