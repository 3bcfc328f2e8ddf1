import { expect, test } from 'vitest';
import { createAvatarPose } from '../../../shared/domain/avatar-pose.ts';
import { encodeMotion } from '../../../shared/domain/motion.ts';
import { DEFAULT_TRACKING } from '../../../shared/domain/tracking-settings.ts';
import { SolvedChannel } from '../inspection.ts';
import { createVoiceObservation, HandsChannel, PoseChannel, VoiceChannel } from '../part-channels.ts';
import { createFaceObservation, TrackingChannel } from '../tracking-channel.ts';
import { Puppet } from './puppet.ts';

const STEP_MS = 50;

/** A puppet on a clock of its own, and what it hears and sees. */
function create(beRightBackAfterS: number | null) {
  const face = new TrackingChannel();
  const voice = new VoiceChannel();
  const puppet = new Puppet(
    {
      face: face.buffer,
      pose: new PoseChannel().buffer,
      hands: new HandsChannel().buffer,
      voice: voice.buffer,
      solved: new SolvedChannel().buffer,
    },
    () => undefined,
  );
  const tracking = (after: number | null) =>
    puppet.handle({ type: 'setTracking', tracking: { ...DEFAULT_TRACKING, beRightBackAfterS: after } }, 0);
  tracking(beRightBackAfterS);
  const pose = createAvatarPose();
  const seen = createFaceObservation();
  const heard = createVoiceObservation();
  let nowMs = 1000;
  /** Lets time pass with these. @returns at how many of the ticks the card was due */
  const pass = (seconds: number, how: { readonly face?: boolean; readonly volume?: number } = {}) => {
    let due = 0;
    for (let i = 0; i < (seconds * 1000) / STEP_MS; i++) {
      nowMs += STEP_MS;
      if (how.face) {
        Object.assign(seen, {
          found: true,
          confidence: 1,
          faces: 1,
          capturedAtMs: nowMs,
          trackedAtMs: nowMs,
        });
        seen.matrix.set([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, -50, 1]);
        face.write(seen);
      }
      if (how.volume !== undefined) {
        Object.assign(heard, { atMs: nowMs, volume: how.volume });
        voice.write(heard);
      }
      puppet.solve(nowMs, pose);
      if (puppet.away) due++;
    }
    return due;
  };
  const tell = (command: Parameters<Puppet['handle']>[0]) => puppet.handle(command, nowMs);
  return { puppet, pass, tell, tracking };
}

test('the card is due when nobody has been seen for as long as was chosen, and not when somebody is back', () => {
  const { puppet, pass, tracking } = create(3);
  expect([pass(2, { face: true }), pass(1)]).toEqual([0, 0]);
  // Without a result the camera counts as gone only after a while; the time runs from the last face.
  pass(3.5);
  expect(puppet.away).toBe(true);
  tracking(null);
  expect(puppet.away).toBe(false);
  tracking(10);
  expect(puppet.away).toBe(false);
  tracking(3);
  expect(puppet.away).toBe(true);
  pass(0.1, { face: true });
  expect(puppet.away).toBe(false);
  expect(pass(30, { face: true })).toBe(0);
});

test('who never was there is away, too; who speaks is there, what is only noise is not', () => {
  const { puppet, pass } = create(3);
  expect(pass(2.9)).toBe(0);
  pass(0.2);
  expect(puppet.away).toBe(true);
  pass(0.1, { volume: 0.2 });
  expect(puppet.away).toBe(true);
  pass(0.1, { volume: 0.8 });
  expect(puppet.away).toBe(false);
  expect(pass(2.8)).toBe(0);
  pass(0.2);
  expect(puppet.away).toBe(true);
});

test('a recording that plays and another program that moves the avatar are somebody', () => {
  const { puppet, pass, tell } = create(3);
  pass(5);
  const file = encodeMotion({
    fps: 30,
    loop: false,
    channels: [],
    scalars: ['yaw'],
    bones: [],
    expressions: [],
    times: new Float32Array([0, 1]),
    values: new Float32Array([0, 0.1]),
  });
  tell({ type: 'playMotion', file: file.buffer, loop: true, inStep: false });
  expect(pass(10)).toBe(0);
  tell({ type: 'playMotion', file: null, loop: false, inStep: false });
  // The time runs from its end.
  expect(pass(2.8)).toBe(0);
  pass(0.4);
  expect(puppet.away).toBe(true);
  const nod = { bones: [], hips: null, channels: [0, 0.5], expressions: {} };
  tell({ type: 'vmcPose', pose: nod });
  pass(0.1);
  tell({ type: 'vmcPose', pose: nod });
  expect(pass(3)).toBe(0);
  pass(3);
  expect(puppet.away).toBe(true);
});
