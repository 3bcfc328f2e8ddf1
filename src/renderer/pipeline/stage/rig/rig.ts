import type { Object3D } from 'three';
import type { AvatarPose } from '../../../../shared/domain/avatar-pose.ts';
import type { HeadFrame } from '../framing.ts';
import type { AvatarFamily } from '../messages.ts';

/** A loaded avatar that follows a person. It looks to +Z and its root carries no rotation. */
export interface AvatarRig {
  readonly family: AvatarFamily;
  readonly root: Object3D;
  /** Size and place of the head at rest. */
  readonly head: HeadFrame;
  /** The node whose world rotation, against rest, is the solved head rotation; null where there is no such node. */
  readonly headNode: Object3D | null;
  /** Number of ARKit channels or presets that move something; 0: only the head turns. */
  readonly channels: number;
  /** Takes the pose. Allocates nothing. @param dt seconds since the last call. */
  apply(pose: AvatarPose, dt: number): void;
  /** Frees geometry, materials, textures and skeletons. */
  dispose(): void;
}
