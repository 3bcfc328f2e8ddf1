import { HUMAN_BONES, type HumanBone } from '../../shared/domain/human-bones.ts';

/**
 * Unity's names and frame, in which VMC speaks. Source: https://protocol.vmc.info (bone names are those of Unity's
 * HumanBodyBones; places and rotations are those of Unity's transforms).
 *
 * Unity is left-handed: Y up, a normalised humanoid looks to +Z, so its left hand is at −X. Ours is right-handed:
 * Y up, looks to +Z, the left hand at +X. Between them lies the reflection M = diag(−1, 1, 1): a place (x, y, z)
 * becomes (−x, y, z); a rotation by θ about axis a becomes one by −θ about M·a, so the quaternion (x, y, z, w)
 * becomes (x, −y, −z, w). Both are their own inverse.
 */

/** The name Unity has for a bone: VRM 1.0 counts the thumb from the metacarpal, Unity from `Proximal`. */
export function unityBoneName(bone: HumanBone): string {
  const unity = bone
    .replace('ThumbProximal', 'ThumbIntermediate')
    .replace('ThumbMetacarpal', 'ThumbProximal');
  return unity.charAt(0).toUpperCase() + unity.slice(1);
}

const INDEX_BY_NAME: ReadonlyMap<string, number> = new Map(
  HUMAN_BONES.map((bone, index) => [unityBoneName(bone).toLowerCase(), index]),
);

/** The place in HUMAN_BONES of a bone by Unity's name (in whatever case); −1 for a name that is none. */
export function boneOfUnity(name: string): number {
  return INDEX_BY_NAME.get(name.toLowerCase()) ?? -1;
}

/** x of a place, y and z of a rotation: what the reflection turns round. Both ways. */
export const reflect = (value: number): number => (value === 0 ? 0 : -value);
