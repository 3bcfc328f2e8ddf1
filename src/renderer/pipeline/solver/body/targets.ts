import { HUMAN_BONE_COUNT } from '../../../../shared/domain/human-bones.ts';
import { copyQuaternion, setIdentity } from './quaternion.ts';

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
    for (let i = 0; i < bones.length; i++) {
      const at = bones[i]! * 4;
      const ax = shown[at]!;
      const ay = shown[at + 1]!;
      const az = shown[at + 2]!;
      const aw = shown[at + 3]!;
      let bx = wanted[at]!;
      let by = wanted[at + 1]!;
      let bz = wanted[at + 2]!;
      let bw = wanted[at + 3]!;
      let dot = ax * bx + ay * by + az * bz + aw * bw;
      if (dot < 0) {
        dot = -dot;
        bx = -bx;
        by = -by;
        bz = -bz;
        bw = -bw;
      }
      const half = dot < 1 ? Math.acos(dot) : 0;
      let weight = share;
      if (2 * half * weight > most) weight = most / (2 * half);
      let from = 1 - weight;
      if (half > 0.03) {
        const inverse = 1 / Math.sin(half);
        from = Math.sin(from * half) * inverse;
        weight = Math.sin(weight * half) * inverse;
      }
      const x = ax * from + bx * weight;
      const y = ay * from + by * weight;
      const z = az * from + bz * weight;
      const w = aw * from + bw * weight;
      const scale = 1 / Math.sqrt(x * x + y * y + z * z + w * w);
      shown[at] = x * scale;
      shown[at + 1] = y * scale;
      shown[at + 2] = z * scale;
      shown[at + 3] = w * scale;
    }
  }

  /** Shows some bones where they are wanted at once; for what is not in the picture yet. */
  jump(bones: Int32Array): void {
    for (let i = 0; i < bones.length; i++)
      copyQuaternion(this.shown, bones[i]! * 4, this.wanted, bones[i]! * 4);
  }
}
