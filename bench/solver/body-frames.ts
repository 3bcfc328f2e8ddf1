import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const numbers = (length: number) => z.array(z.number()).length(length);

const quaternion = z.tuple([z.number(), z.number(), z.number(), z.number()]);

const handSchema = z.object({
  /** By the nearer wrist of the body. */
  side: z.enum(['left', 'right']),
  /** As the landmarker called it. */
  handedness: z.string(),
  score: z.number(),
  points: numbers(21 * 3),
  world: numbers(21 * 3),
});

const shotSchema = z.object({
  pose: z.string(),
  /** Local rotations of the normalised pose by the names of HUMAN_BONES; what is left out is at rest. */
  rotations: z.record(z.string(), quaternion),
  gestures: z.object({ left: z.string().nullable(), right: z.string().nullable() }),
  detected: z.object({
    found: z.boolean(),
    points: z.array(z.number()),
    world: z.array(z.number()),
    visibility: z.array(z.number()),
    hands: z.array(handSchema),
  }),
});
export type ArmShot = z.infer<typeof shotSchema>;

const fileSchema = z.object({
  width: z.number(),
  height: z.number(),
  framings: z.object({
    upper: z.array(shotSchema),
    full: z.array(shotSchema),
    hands: z.array(shotSchema),
  }),
});

/** Our own avatar in known poses, and what the landmarkers of body and hands said of each. */
export const armShots = (): z.infer<typeof fileSchema>['framings'] => {
  const file = path.resolve(import.meta.dirname, '../performances/arms.json');
  return fileSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).framings;
};

/** One picture of a body with both hands. */
export interface BodyFrame {
  readonly points: Float32Array;
  readonly world: Float32Array;
  readonly visibility: Float32Array;
  readonly hands: Readonly<Record<'left' | 'right', { points: Float32Array; world: Float32Array }>>;
}

const frameOf = ({ detected }: ArmShot): BodyFrame | null => {
  const hand = (side: 'left' | 'right') => detected.hands.find((each) => each.side === side);
  const left = hand('left');
  const right = hand('right');
  if (!detected.found || !left || !right) return null;
  const rows = ({ points, world }: { points: number[]; world: number[] }) => ({
    points: Float32Array.from(points),
    world: Float32Array.from(world),
  });
  return {
    ...rows(detected),
    visibility: Float32Array.from(detected.visibility),
    hands: { left: rows(left), right: rows(right) },
  };
};

const mix = (a: Float32Array, b: Float32Array, amount: number): Float32Array =>
  a.map((value, i) => value + amount * (b[i]! - value));

/** A body that goes from pose to pose, `steps` frames each, through all that show both hands. */
export const bodyFilm = (steps: number): BodyFrame[] => {
  const poses = Object.values(armShots())
    .flat()
    .map(frameOf)
    .filter((frame) => frame !== null);
  return poses.flatMap((from, i) => {
    const to = poses[(i + 1) % poses.length]!;
    return Array.from({ length: steps }, (_, k) => {
      const amount = k / steps;
      const hand = (side: 'left' | 'right') => ({
        points: mix(from.hands[side].points, to.hands[side].points, amount),
        world: mix(from.hands[side].world, to.hands[side].world, amount),
      });
      return {
        points: mix(from.points, to.points, amount),
        world: mix(from.world, to.world, amount),
        visibility: mix(from.visibility, to.visibility, amount),
        hands: { left: hand('left'), right: hand('right') },
      };
    });
  });
};
