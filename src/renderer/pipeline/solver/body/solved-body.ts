import { HUMAN_BONE_COUNT } from '../../../../shared/domain/human-bones.ts';

/** How far each part is driven by the camera, 0..1; the rest of the way it follows the motion. */
export interface BodyPresence {
  torso: number;
  leftArm: number;
  rightArm: number;
  leftHand: number;
  rightHand: number;
  legs: number;
}

/** What the camera says about the body, in the avatar's own sides: mirrored already if the user wants so. */
export interface SolvedBody {
  /** Unit quaternions (x, y, z, w) of HUMAN_BONES, local to the parent, in the normalised pose. */
  readonly rotations: Float32Array;
  /** The hips against their place at rest, metres, X to the avatar's left, Y up. */
  hipsX: number;
  hipsY: number;
  hipsZ: number;
  readonly presence: BodyPresence;
}

/** Nobody seen: all identity, every presence 0. */
export function createSolvedBody(): SolvedBody {
  const rotations = new Float32Array(HUMAN_BONE_COUNT * 4);
  for (let i = 3; i < rotations.length; i += 4) rotations[i] = 1;
  return {
    rotations,
    hipsX: 0,
    hipsY: 0,
    hipsZ: 0,
    presence: { torso: 0, leftArm: 0, rightArm: 0, leftHand: 0, rightHand: 0, legs: 0 },
  };
}
