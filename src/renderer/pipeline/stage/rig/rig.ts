import type { Object3D } from 'three';
import type { AvatarPose } from '../../../../shared/domain/avatar-pose.ts';
import type { RigNaming } from '../../../../shared/domain/rig-naming.ts';
import type { HeadFrame } from '../framing.ts';
import type { AvatarFamily } from '../messages.ts';

/** A loaded avatar that follows a person. It looks to +Z and its root carries no rotation. */
export interface AvatarRig {
  readonly family: AvatarFamily;
  readonly root: Object3D;
  /** Size and place of the head at rest. */
  readonly head: HeadFrame;
  /** The node whose world rotation, against the T-pose, is the head's of the pose; null where there is no such node. */
  readonly headNode: Object3D | null;
  /** Number of ARKit channels or presets that move something; 0: only bones move. */
  readonly channels: number;
  /** What was made of the model's names, and what it lacks. */
  readonly naming: RigNaming;
  /** The model's own expressions (VRM) or morph targets (GLB) that a user may put on a key. */
  readonly expressionNames: readonly string[];
  /** From now on `pose.expressions[i]` drives `names[i]`; a name that the model does not know does nothing. */
  setExpressionSlots(names: readonly string[]): void;
  /** Joints of hair and cloth. */
  readonly springs: number;
  /** Steps of hair and cloth: 0 all, 1 half as many, 2 rigid. */
  setSpringLevel(level: number): void;
  /** Detail of what is drawn: 0 all. */
  setDetailLevel(level: number): void;
  /** Takes the pose. Allocates nothing. @param dt seconds since the last call. */
  apply(pose: AvatarPose, dt: number): void;
  /** Frees geometry, materials, textures and skeletons. */
  dispose(): void;
}
