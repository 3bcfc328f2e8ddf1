import { describe, expect, test } from 'vitest';
import { NO_MAPPING } from '../../../shared/domain/avatar-mapping.ts';
import {
  AVATAR_POSE_WIRE_VALUES,
  createAvatarPose,
  writeAvatarPose,
} from '../../../shared/domain/avatar-pose.ts';
import { namedPlacement } from '../../../shared/domain/scene.ts';
import { readOutputLook, readOutputPose, readOutputState } from './output-messages.ts';

const STATE = {
  type: 'state',
  avatar: {
    id: 'vida',
    name: 'Vida',
    url: './avatars/vida.vrm',
    family: 'vrm1',
    mapping: NO_MAPPING,
    expressions: [],
  },
  mirror: false,
  visible: true,
  fps: 30,
};

describe('readOutputState', () => {
  test('a state', () => expect(readOutputState(JSON.stringify(STATE))).toEqual(STATE));

  test.each([
    '',
    '{',
    'null',
    '[]',
    '{"type":"other"}',
    JSON.stringify({ ...STATE, fps: 0 }),
    JSON.stringify({ ...STATE, avatar: { ...STATE.avatar, family: 'fbx' } }),
  ])('%s is none', (text) => expect(readOutputState(text)).toBeNull());
});

test('a pose comes back as it was written, whatever the byte order of the machine', () => {
  const face = createAvatarPose();
  face.channels[3] = 0.25;
  face.yaw = -0.5;
  const values = new Float32Array(AVATAR_POSE_WIRE_VALUES);
  writeAvatarPose(face, values);
  const wire = new DataView(new ArrayBuffer(values.length * 4));
  for (const [i, value] of values.entries()) wire.setFloat32(i * 4, value, true);
  expect(readOutputPose(wire.buffer)).toEqual(values);
  expect(readOutputPose(wire.buffer.slice(4))).toBeNull();
  expect(readOutputPose(new ArrayBuffer(0))).toBeNull();
});

describe('readOutputLook', () => {
  test.each([
    ['', null, 'full'],
    ['?background=00FF00', '#00ff00', 'full'],
    ['?background=%230000ff&placement=corner-left', '#0000ff', 'corner-left'],
    ['?background=red&placement=custom', null, 'full'],
    ['?placement=nowhere', null, 'full'],
  ] as const)('%s', (query, background, placement) => {
    expect(readOutputLook(query)).toEqual({ background, placement: namedPlacement(placement) });
  });
});
