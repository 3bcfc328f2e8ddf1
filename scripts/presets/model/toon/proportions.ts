import type { Look } from '../looks.ts';
import type { V3 } from '../maths.ts';
import { type Bone, EYE_LINE } from '../skeleton.ts';
import type { Surface } from '../surface.ts';

/** Where the collar sits on a stylised figure and on the realistic body it is made of, world metres. */
const COLLAR = { from: 1.28, to: 1.312, z: -0.03 };

const SHOULDER = 0.16;

/** A body of other proportions under a head of unchanged size. */
export interface BodyScale {
  readonly across: number;
  /** Along the arms, from the shoulder joint outwards. */
  readonly arms: number;
  readonly up: number;
  readonly deep: number;
  /** Height of the collar under the head, world metres before the figure is lowered. */
  readonly collar: number;
}

const scaleOf = (k: number | BodyScale): BodyScale =>
  typeof k === 'number' ? { across: k, arms: k, up: k, deep: k, collar: COLLAR.to } : k;

/** Body place → place on a scaled body under a head of unchanged size. */
const onScaledBody = (k: number | BodyScale, p: V3): V3 => {
  const { across, arms, up, deep, collar } = scaleOf(k);
  const out = across === arms ? 0 : Math.sign(p[0]) * Math.max(0, Math.abs(p[0]) - SHOULDER);
  return [
    p[0] * across + out * (arms - across),
    collar + (p[1] - COLLAR.from) * up,
    COLLAR.z + (p[2] - COLLAR.z) * deep,
  ];
};

/** How far the whole figure must sink for the soles to stand on the ground. */
export const sinkOf = (k: number | BodyScale): number => onScaledBody(k, [0, 0, 0])[1];

const HEAD_BONES: ReadonlySet<string> = new Set(['head', 'leftEye', 'rightEye', 'jaw']);

/** Moves a bone of the realistic skeleton to the scaled body; the head's bones and the hair stay. */
export const scaledBone = (k: number | BodyScale, bone: Bone): Bone =>
  bone.humanoid === undefined || HEAD_BONES.has(bone.name) ? bone : { ...bone, at: onScaledBody(k, bone.at) };

export const scaledSurface = (k: number | BodyScale, surface: Surface): Surface => ({
  ...surface,
  positions: surface.positions.map((p) => onScaledBody(k, p)),
});

const lowered = (p: V3, by: number): V3 => [p[0], p[1] - by, p[2]];

export const sunkSurface = (surface: Surface, by: number): Surface =>
  by === 0 ? surface : { ...surface, positions: surface.positions.map((p) => lowered(p, by)) };

export const sunkBone = (bone: Bone, by: number): Bone =>
  by === 0 ? bone : { ...bone, at: lowered(bone.at, by) };

/** Height of a look's eyes above the ground, metres. */
export const eyeLineOf = (look: Look): number =>
  EYE_LINE - (look.toon === undefined ? 0 : sinkOf(look.toon.bodyScale));
