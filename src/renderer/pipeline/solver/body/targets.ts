import { HUMAN_BONE_COUNT } from '../../../../shared/domain/human-bones.ts';
import { copyQuaternion, dot, setIdentity, slerp } from '../../../../shared/math/quaternion.ts';

const FOLLOW_SECONDS = 0.03;

/**
 * Where every bone is asked to be, and where it is shown: what is shown goes there within a few hundredths of a
 * second, so that results at 15 a second do not stutter at 60, and never faster than its joint may.
 */
export class Targets {
  /** Local unit quaternions of HUMAN_BONES; written by the parts' solvers. */
  readonly wanted = new Float64Array(HUMAN_BONE_COUNT * 4);
  readonly shown = new Float64Array(HUMAN_BONE_COUNT * 4);

  constructor() {
    for (let bone = 0; bone < HUMAN_BONE_COUNT; bone++) {
      setIdentity(this.wanted, bone * 4);
      setIdentity(this.shown, bone * 4);
    }
  }

  /** One step of some bones. @param rate radians per second */
  follow(bones: Int32Array, rate: number, dtSeconds: number): void {
    const { wanted, shown } = this;
    const share = 1 - Math.exp(-dtSeconds / FOLLOW_SECONDS);
    const most = rate * dtSeconds;
    // The share of a turn that is farther than this would be more than the joint may.
    const far = Math.cos(Math.min(Math.PI, most / share) / 2);
    for (let i = 0; i < bones.length; i++) {
      const at = bones[i]! * 4;
      const near = Math.abs(dot(shown, at, wanted, at));
      const weight = near < far ? most / (2 * Math.acos(near)) : share;
      slerp(shown, at, shown, at, wanted, at, weight);
    }
  }

  /** Shows some bones where they are wanted at once; for what is not in the picture yet. */
  jump(bones: Int32Array): void {
    for (let i = 0; i < bones.length; i++)
      copyQuaternion(this.shown, bones[i]! * 4, this.wanted, bones[i]! * 4);
  }
}
