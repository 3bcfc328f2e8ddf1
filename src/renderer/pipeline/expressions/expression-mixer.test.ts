import { beforeEach, describe, expect, test } from 'vitest';
import { ARKIT_INDEX } from '../../../shared/domain/arkit.ts';
import { createAvatarPose } from '../../../shared/domain/avatar-pose.ts';
import type { ExpressionSlot } from '../../../shared/domain/expressions.ts';
import { ExpressionMixer } from './expression-mixer.ts';

type Change = Partial<Omit<ExpressionSlot, 'trigger' | 'mutes'>> & {
  trigger?: Partial<ExpressionSlot['trigger']>;
  mutes?: Partial<ExpressionSlot['mutes']>;
};

function slot(id: string, { trigger, mutes, ...change }: Change = {}): ExpressionSlot {
  return {
    id,
    name: id,
    trigger: { key: null, gesture: null, mode: 'toggle', ...trigger },
    weight: 1,
    fadeInMs: 100,
    fadeOutMs: 200,
    holdMs: 500,
    stacking: 'replace',
    mutes: { eyes: false, mouth: false, ...mutes },
    ...change,
  };
}

let mixer: ExpressionMixer;
const pose = createAvatarPose();
/** Weights after the frames up to a time, 10 ms each. */
let nowMs = 0;
function until(ms: number): number[] {
  while (nowMs < ms) {
    nowMs += 10;
    mixer.update(nowMs, pose);
  }
  return [...pose.expressions.subarray(0, 4)].map((weight) => Math.round(weight * 1000) / 1000);
}
const press = (id: string, down = true) => mixer.press(id, down, nowMs);

beforeEach(() => {
  mixer = new ExpressionMixer();
  nowMs = 0;
  mixer.update(0, pose);
});

describe('triggers', () => {
  test('toggle: on at a press, with its fade and weight, off at the next', () => {
    mixer.setSlots([slot('joy', { weight: 0.8 })]);
    press('joy');
    press('joy', false);
    expect(until(50)[0]).toBe(0.4);
    expect(until(100)[0]).toBe(0.8);
    expect(until(900)[0]).toBe(0.8);
    press('joy');
    expect(until(1000)[0]).toBe(0.4);
    expect(until(1100)[0]).toBe(0);
  });

  test('hold: while a key or a gesture is held, whichever ends last', () => {
    mixer.setSlots([slot('joy', { trigger: { mode: 'hold', gesture: 'fist' } })]);
    press('joy');
    until(200);
    mixer.gesture('fist', null, nowMs);
    press('joy', false);
    expect(until(600)[0]).toBe(1);
    mixer.gesture(null, 'fist', nowMs);
    expect(until(900)[0]).toBe(1);
    mixer.gesture(null, null, nowMs);
    expect(until(1200)[0]).toBe(0);
  });

  test('flash: for its time, from the last press', () => {
    mixer.setSlots([slot('joy', { trigger: { mode: 'flash' }, holdMs: 500, fadeOutMs: 0 })]);
    press('joy');
    press('joy', false);
    expect(until(490)[0]).toBe(1);
    press('joy');
    expect(until(980)[0]).toBe(1);
    expect(until(990)[0]).toBe(0);
  });

  test('a gesture switches once however long it is shown, and by either hand', () => {
    mixer.setSlots([slot('joy', { trigger: { gesture: 'peace' } })]);
    for (let frame = 0; frame < 20; frame++) mixer.gesture('peace', frame > 10 ? 'peace' : 'open', nowMs);
    expect(until(300)[0]).toBe(1);
    mixer.gesture('open', 'open', nowMs);
    mixer.gesture('open', 'peace', nowMs);
    expect(until(900)[0]).toBe(0);
  });

  test('an unknown id does nothing', () => {
    mixer.setSlots([slot('joy')]);
    press('gone');
    expect(until(300)).toEqual([0, 0, 0, 0]);
  });
});

describe('stacking', () => {
  test('a replacing one takes other replacing ones off, for good; an added one lies on top', () => {
    mixer.setSlots([
      slot('joy'),
      slot('blush', { stacking: 'add' }),
      slot('angry', { trigger: { mode: 'hold' } }),
    ]);
    press('joy');
    press('blush');
    expect(until(200)).toEqual([1, 1, 0, 0]);
    press('angry');
    expect(until(250)).toEqual([0.844, 1, 0.5, 0]);
    expect(until(500)).toEqual([0, 1, 1, 0]);
    press('angry', false);
    expect(until(1000)).toEqual([0, 1, 0, 0]);
    press('joy');
    expect(until(1200)).toEqual([1, 1, 0, 0]);
  });

  test('an added one that comes on leaves the others where they are', () => {
    mixer.setSlots([slot('joy'), slot('blush', { stacking: 'add' }), slot('sweat', { stacking: 'add' })]);
    for (const id of ['blush', 'joy', 'sweat']) press(id);
    expect(until(300)).toEqual([1, 1, 1, 0]);
  });
});

describe('changes on the way', () => {
  test('fast toggling never jumps and ends where the last press says', () => {
    mixer.setSlots([slot('joy')]);
    let before = 0;
    for (let presses = 0; presses < 31; presses++) {
      press('joy');
      for (let frame = 0; frame < 1 + (presses % 7); frame++) {
        const now = until(nowMs + 10)[0]!;
        // Smoothstep is at its steepest 1.5 times as fast as a straight line.
        expect(Math.abs(now - before)).toBeLessThan(0.16);
        before = now;
      }
    }
    expect(until(nowMs + 200)[0]).toBe(1);
  });

  test('another list while on: what stays goes on at its new place, what goes is gone, what is new is off', () => {
    mixer.setSlots([slot('joy'), slot('blush', { stacking: 'add' })]);
    press('joy');
    press('blush');
    until(50);
    mixer.setSlots([slot('new'), slot('blush', { stacking: 'add', weight: 0.5 })]);
    expect(until(60)).toEqual([0, 0.324, 0, 0]);
    expect(until(300)).toEqual([0, 0.5, 0, 0]);
    mixer.setSlots([]);
    expect(until(310)).toEqual([0, 0, 0, 0]);
  });

  test('another way to trigger it takes it off, unless it is held', () => {
    mixer.setSlots([slot('joy'), slot('blush', { stacking: 'add' })]);
    press('joy');
    press('blush');
    press('blush', false);
    mixer.setSlots([
      slot('joy', { trigger: { mode: 'hold' } }),
      slot('blush', { stacking: 'add', trigger: { mode: 'hold' } }),
    ]);
    expect(until(500)).toEqual([1, 0, 0, 0]);
    press('joy', false);
    expect(until(800)).toEqual([0, 0, 0, 0]);
  });

  test('a gesture that means it no more lets it go', () => {
    mixer.setSlots([slot('joy', { trigger: { mode: 'hold', gesture: 'open' } })]);
    mixer.gesture('open', null, 0);
    mixer.setSlots([slot('joy', { trigger: { mode: 'hold', gesture: 'fist' } })]);
    mixer.gesture('fist', null, 10);
    mixer.gesture(null, null, 20);
    expect(until(300)[0]).toBe(0);
  });

  test('a gesture that is changed while it is shown lets go at once', () => {
    mixer.setSlots([slot('joy', { trigger: { mode: 'hold', gesture: 'open' } })]);
    mixer.gesture('open', null, 0);
    expect(until(200)[0]).toBe(1);
    mixer.setSlots([slot('joy', { trigger: { mode: 'hold', gesture: 'fist' } })]);
    expect(until(500)[0]).toBe(0);
    mixer.gesture(null, null, nowMs);
    expect(until(800)[0]).toBe(0);
  });
});

describe('muting', () => {
  test('lids or mouth give way by the weight, the rest stays', () => {
    mixer.setSlots([
      slot('grin', { weight: 0.75, mutes: { mouth: true } }),
      slot('shut', { stacking: 'add', mutes: { eyes: true } }),
    ]);
    press('grin');
    until(300);
    pose.channels.fill(0.8);
    until(310);
    const at = (name: keyof typeof ARKIT_INDEX) => pose.channels[ARKIT_INDEX[name]];
    expect(at('jawOpen')).toBeCloseTo(0.2, 5);
    expect(at('mouthSmileLeft')).toBeCloseTo(0.2, 5);
    expect(at('tongueOut')).toBeCloseTo(0.2, 5);
    expect([at('eyeBlinkLeft'), at('browInnerUp'), at('cheekPuff')]).toEqual(
      [0.8, 0.8, 0.8].map(Math.fround),
    );
    press('shut');
    until(500);
    pose.channels.fill(0.8);
    until(510);
    expect([at('eyeBlinkLeft'), at('eyeSquintRight'), at('eyeWideLeft')]).toEqual([0, 0, 0]);
    expect(at('eyeLookUpLeft')).toBeCloseTo(0.8, 5);
  });
});

test('the same presses at the same times give the same weights', () => {
  const run = (): number[] => {
    const own = new ExpressionMixer();
    own.setSlots([slot('a'), slot('b', { trigger: { mode: 'flash' } }), slot('c', { stacking: 'add' })]);
    const out: number[] = [];
    for (let ms = 0; ms < 3000; ms += 16) {
      if (ms % 112 === 0) own.press(['a', 'b', 'c'][(ms / 112) % 3]!, ms % 224 === 0, ms);
      own.update(ms, pose);
      out.push(...pose.expressions.subarray(0, 3));
    }
    return out;
  };
  expect(run()).toEqual(run());
});
