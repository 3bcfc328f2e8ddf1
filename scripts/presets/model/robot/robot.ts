import { PLAIN_SHAPE } from '../looks.ts';
import type { V3 } from '../maths.ts';
import { type Bone, humanoidBones, toWorld } from '../skeleton.ts';
import { append, emptySurface, type Surface } from '../surface.ts';
import { scaledBone, scaledSurface, sinkOf, sunkBone, sunkSurface } from '../toon/proportions.ts';
import { chestLights, robotBody } from './body.ts';
import { EYE_BONE, headLights, JAW_BONE, robotEye, robotHead } from './head.ts';

/** A machine of rigid parts without morph targets, ready to be written; world metres. */
export interface Machine {
  readonly name: string;
  readonly bones: readonly Bone[];
  /** Coloured per vertex. */
  readonly body: Surface;
  /** Shines by itself, in one colour. */
  readonly lights: Surface;
  readonly leftEye: Surface;
  readonly rightEye: Surface;
}

const BODY_SCALE = 0.84;

const metres = (s: Surface): Surface => ({
  ...s,
  positions: s.positions.map((p): V3 => [p[0] * 0.01, p[1] * 0.01, p[2] * 0.01]),
});

/** Builds Byte. Deterministic. */
export const buildRobot = (): Machine => {
  const sink = sinkOf(BODY_SCALE);
  const plain = humanoidBones(PLAIN_SHAPE);
  const places: Readonly<Record<string, V3>> = {
    leftEye: toWorld(EYE_BONE),
    rightEye: toWorld([-EYE_BONE[0], EYE_BONE[1], EYE_BONE[2]]),
    jaw: toWorld(JAW_BONE),
  };
  const bones = plain.map((bone) =>
    sunkBone(scaledBone(BODY_SCALE, { ...bone, at: places[bone.name] ?? bone.at }), sink),
  );
  const whole = (head: Surface, body: Surface): Surface => {
    const out = emptySurface();
    append(out, head);
    append(out, scaledSurface(BODY_SCALE, metres(body)));
    return sunkSurface(out, sink);
  };
  return {
    name: 'Byte',
    bones,
    body: whole(robotHead(), robotBody(plain)),
    lights: whole(headLights(), chestLights()),
    leftEye: sunkSurface(robotEye(1), sink),
    rightEye: sunkSurface(robotEye(-1), sink),
  };
};
