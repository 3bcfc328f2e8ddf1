import { expect, test } from 'vitest';
import {
  createHandsObservation,
  createPoseObservation,
  createVoiceObservation,
  HandsChannel,
  PoseChannel,
  VoiceChannel,
} from './part-channels.ts';

test('a pose and two hands come out as they went in, in order, through the same buffer', () => {
  const writer = new PoseChannel();
  const reader = new PoseChannel(writer.buffer);
  const pose = createPoseObservation();
  const read = createPoseObservation();
  expect(reader.read(read)).toBe(false);
  for (let i = 1; i <= 3; i++) {
    pose.found = i !== 2;
    pose.capturedAtMs = i * 33.25;
    pose.points.fill(i / 4);
    pose.world.fill(-i);
    pose.visibility.fill(i / 8);
    writer.write(pose);
  }
  for (let i = 1; i <= 3; i++) {
    expect(reader.read(read)).toBe(true);
    expect(read).toMatchObject({ sequence: i, capturedAtMs: i * 33.25, found: i !== 2 });
    expect([read.points[98], read.world[0], read.visibility[32]]).toEqual([i / 4, -i, i / 8]);
  }
  expect(reader.read(read)).toBe(false);

  const hands = new HandsChannel();
  const both = createHandsObservation();
  both.right.found = true;
  both.right.score = 0.75;
  both.right.world.fill(0.5);
  both.left.points.fill(0.25);
  hands.write(both);
  const seen = createHandsObservation();
  expect(new HandsChannel(hands.buffer).read(seen)).toBe(true);
  expect(seen).toEqual(both);
});

test('a reader that was away begins with the oldest result that is still whole', () => {
  const voice = new VoiceChannel();
  const said = createVoiceObservation();
  for (let i = 1; i <= 20; i++) {
    said.volume = i / 32;
    voice.write(said);
  }
  const heard = createVoiceObservation();
  const sequences: number[] = [];
  while (voice.read(heard)) sequences.push(heard.sequence);
  expect(sequences).toEqual([14, 15, 16, 17, 18, 19, 20]);
  expect(heard.volume).toBe(20 / 32);
});
