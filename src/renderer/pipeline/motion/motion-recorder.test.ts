import { expect, test } from 'vitest';
import { createAvatarPose } from '../../../shared/domain/avatar-pose.ts';
import { HUMAN_BONE_INDEX } from '../../../shared/domain/human-bones.ts';
import { MAX_EXPRESSION_NAME, motionStride, parseMotion } from '../../../shared/domain/motion.ts';
import { MotionRecorder } from './motion-recorder.ts';

test('more than half a minute: bones and expressions that moved only once are in every frame, others in none', () => {
  const recorder = new MotionRecorder();
  const pose = createAvatarPose();
  recorder.start(['still', 'late', 'x'.repeat(MAX_EXPRESSION_NAME + 1)]);
  const frames = 1000;
  for (let i = 0; i < frames; i++) {
    pose.channels[3] = i / frames;
    pose.z = i / 100;
    pose.rotations[HUMAN_BONE_INDEX.leftHand * 4] = i === 950 ? 0.6 : 0;
    pose.rotations[HUMAN_BONE_INDEX.leftHand * 4 + 3] = i === 950 ? 0.8 : 1;
    pose.expressions[1] = i === 20 ? 0.5 : 0;
    // A name that no file may hold costs its track, not the recording.
    pose.expressions[2] = 1;
    expect(recorder.add(pose, 100 + (i * 1000) / 30)).toBe(true);
  }
  expect(recorder.add(pose, Number.NaN)).toBe(true);
  const motion = parseMotion(recorder.stop()!);
  expect([motion.bones, motion.expressions, motion.times.length]).toEqual([['leftHand'], ['late'], frames]);
  const stride = motionStride(motion);
  for (const i of [0, 19, 20, 21, 899, 900, 901, 949, 950, 951, 999]) {
    const row = [...motion.values.subarray(i * stride, (i + 1) * stride)];
    expect(row[3]).toBeCloseTo(i / frames, 4);
    expect(row[motion.channels.length + motion.scalars.indexOf('z')]).toBeCloseTo(i / 100, 5);
    const hand = i === 950 ? [0.6, 0, 0, 0.8] : [0, 0, 0, 1];
    row.slice(-5, -1).forEach((value, k) => void expect(value).toBeCloseTo(hand[k]!, 4));
    expect(row.at(-1)).toBeCloseTo(i === 20 ? 0.5 : 0, 4);
    expect(motion.times[i]).toBeCloseTo(i / 30, 4);
  }

  // What moved in one recording is no track of the next.
  recorder.start();
  recorder.add(createAvatarPose(), 0);
  expect(parseMotion(recorder.stop()!).bones).toEqual([]);
});
