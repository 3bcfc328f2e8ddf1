import { Euler, Quaternion } from 'three';
import { ARKIT_INDEX } from '../../../../shared/domain/arkit.ts';
import type { AvatarPose } from '../../../../shared/domain/avatar-pose.ts';
import { HUMAN_BONE_INDEX } from '../../../../shared/domain/human-bones.ts';
import { clampAbs } from '../../../../shared/math/scalar.ts';
import type { HumanoidRetarget } from './retarget.ts';

/** What the face turns besides the pose's rotations: eyes, jaw, and the head where there are no eyes. */
export interface FaceTurnPlan {
  /** `bones`: eye bones; `head`: the head follows a little; `none`: something else turns the eyes. */
  readonly gaze: 'bones' | 'head' | 'none';
  readonly jaw: boolean;
}

const YAW_MAX = 0.6;
const PITCH_MAX = 0.45;
/** A head follows the eyes by so much of their turn. */
const HEAD_SHARE = 0.15;
const JAW_OPEN = 0.35;
const JAW_ASIDE = 0.1;

export class FaceTurns {
  private readonly retarget: HumanoidRetarget;
  private readonly plan: FaceTurnPlan;
  private readonly euler = new Euler(0, 0, 0, 'YXZ');
  private readonly turn = new Quaternion();

  constructor(retarget: HumanoidRetarget, plan: FaceTurnPlan) {
    this.retarget = retarget;
    this.plan = plan;
  }

  /** After the retarget has applied the same pose. Allocates nothing. */
  apply(pose: AvatarPose): void {
    const { retarget, plan, euler, turn } = this;
    if (plan.gaze !== 'none') {
      const share = plan.gaze === 'head' ? HEAD_SHARE : 1;
      const yaw = clampAbs(pose.gazeYaw, YAW_MAX) * share;
      const pitch = clampAbs(pose.gazePitch, PITCH_MAX) * share;
      turn.setFromEuler(euler.set(pitch, yaw, 0, 'YXZ'));
      if (plan.gaze === 'head') {
        retarget.turn(HUMAN_BONE_INDEX.head, turn);
      } else {
        retarget.turn(HUMAN_BONE_INDEX.leftEye, turn);
        retarget.turn(HUMAN_BONE_INDEX.rightEye, turn);
      }
    }
    if (plan.jaw) {
      const { channels } = pose;
      const aside = channels[ARKIT_INDEX.jawLeft]! - channels[ARKIT_INDEX.jawRight]!;
      const open = channels[ARKIT_INDEX.jawOpen]!;
      retarget.turn(
        HUMAN_BONE_INDEX.jaw,
        turn.setFromEuler(euler.set(open * JAW_OPEN, aside * JAW_ASIDE, 0, 'YXZ')),
      );
    }
  }
}
