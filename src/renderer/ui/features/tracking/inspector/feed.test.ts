import { describe, expect, test } from 'vitest';
import { ARKIT_INDEX } from '../../../../../shared/domain/arkit.ts';
import { createAvatarPose } from '../../../../../shared/domain/avatar-pose.ts';
import { createStageTimes, SolvedChannel } from '../../../../pipeline/inspection.ts';
import {
  createHandsObservation,
  createPoseObservation,
  HandsChannel,
  PoseChannel,
} from '../../../../pipeline/part-channels.ts';
import { createFaceObservation, TrackingChannel } from '../../../../pipeline/tracking-channel.ts';
import { InspectorFeed } from './feed.ts';
import { TRACES } from './traces.ts';

function inspection() {
  const channels = {
    face: new TrackingChannel(),
    pose: new PoseChannel(),
    hands: new HandsChannel(),
    solved: new SolvedChannel(),
  };
  const { face, pose, hands, solved } = channels;
  const feed = new InspectorFeed({
    camera: null,
    face: face.buffer,
    pose: pose.buffer,
    hands: hands.buffer,
    solved: solved.buffer,
  });
  return { ...channels, feed };
}

/** A face turned by `yaw` radians. */
function turned(yaw: number, capturedAtMs: number) {
  const face = createFaceObservation();
  face.found = true;
  face.capturedAtMs = capturedAtMs;
  face.trackedAtMs = capturedAtMs + 20;
  face.matrix.set([
    Math.cos(yaw),
    0,
    -Math.sin(yaw),
    0,
    0,
    1,
    0,
    0,
    Math.sin(yaw),
    0,
    Math.cos(yaw),
    0,
    0,
    0,
    -40,
    1,
  ]);
  face.scores[ARKIT_INDEX.eyeBlinkLeft] = 0.75;
  return face;
}

const column = (name: (typeof TRACES)[number]) => TRACES.indexOf(name);

describe('what is kept', () => {
  test('raw angles in degrees and scores; without a face there is a gap', () => {
    const { face, feed } = inspection();
    face.write(turned(0.5, 1000));
    feed.poll();
    expect(feed.raw.newest(column('yaw'))).toBeCloseTo(28.648, 2);
    expect(feed.raw.newest(column('eyeBlinkLeft'))).toBe(0.75);
    expect(feed.raw.newest(column('gazeYaw'))).toBeNaN();
    face.write(createFaceObservation());
    feed.poll();
    expect(feed.raw.newest(column('yaw'))).toBeNaN();
    expect(feed.raw.written).toBe(2);
  });

  test('a mirrored avatar is turned back, so that both lines are of the same side', () => {
    const { solved, feed } = inspection();
    const pose = createAvatarPose();
    pose.yaw = -0.5;
    pose.channels[ARKIT_INDEX.eyeBlinkRight] = 0.6;
    feed.mirrored = true;
    solved.write(pose, createStageTimes());
    feed.poll();
    expect(feed.smooth.newest(column('yaw'))).toBeCloseTo(28.648, 2);
    expect(feed.smooth.newest(column('eyeBlinkLeft'))).toBeCloseTo(0.6, 5);
  });

  test('more than it holds overwrites the oldest', () => {
    const { face, feed } = inspection();
    for (let at = 0; at < 1500; at++) {
      face.write(turned(0.1, at));
      feed.poll();
    }
    expect(feed.raw.written).toBe(1500);
    expect(Math.min(...feed.raw.times)).toBe(1500 - feed.raw.capacity);
  });

  test('of body and hands the newest', () => {
    const { pose, hands, feed } = inspection();
    for (const x of [0.1, 0.2, 0.3]) {
      const body = createPoseObservation();
      body.points[0] = x;
      pose.write(body);
    }
    const both = createHandsObservation();
    both.left.found = true;
    hands.write(both);
    feed.poll();
    expect(feed.pose.points[0]).toBeCloseTo(0.3, 5);
    expect(feed.hands.left.found).toBe(true);
  });
});

test('latency: medians per stage, a result counted once however often it is drawn', () => {
  const { face, solved, feed } = inspection();
  expect(feed.latency.median(4)).toBeNull();
  for (let frame = 1; frame <= 9; frame++) {
    const capturedAtMs = frame * 100;
    face.write(turned(0, capturedAtMs));
    // Every second tick draws the same result again, 33 ms later.
    for (const later of [5, 38]) {
      const times = {
        capturedAtMs,
        trackedAtMs: capturedAtMs + 20,
        solvedAtMs: capturedAtMs + 20 + later,
        solveMs: 0.5,
        drawMs: frame === 3 ? 90 : 8,
      };
      solved.write(createAvatarPose(), times);
    }
    feed.poll();
  }
  expect([0, 1, 2, 3, 4].map((stage) => feed.latency.median(stage))).toEqual([20, 5, 0.5, 8, 33]);
});
