import { ARKIT_INDEX } from '../../../shared/domain/arkit.ts';
import { clampAbs } from '../../../shared/math/scalar.ts';

/** Angles in radians by R = Ry(yaw)·Rx(pitch)·Rz(roll); translation in metres, camera at the origin, Y up. */
export interface HeadPose {
  yaw: number;
  pitch: number;
  roll: number;
  x: number;
  y: number;
  z: number;
}

export function createHeadPose(): HeadPose {
  return { yaw: 0, pitch: 0, roll: 0, x: 0, y: 0, z: 0 };
}

const METRES_PER_CENTIMETRE = 0.01;

/**
 * Head pose of MediaPipe's facial transformation matrix (column-major, centimetres, right-handed, vertical field
 * of view 63°). With R = Ry·Rx·Rz: yaw = atan2(R02, R22), pitch = asin(−R12), roll = atan2(R10, R11).
 * @returns false, and `out` untouched, when the matrix holds no usable numbers
 */
export function readHeadPose(matrix: ArrayLike<number>, out: HeadPose): boolean {
  const r02 = matrix[8]!;
  const r12 = matrix[9]!;
  const r22 = matrix[10]!;
  const r10 = matrix[1]!;
  const r11 = matrix[5]!;
  const x = matrix[12]!;
  const y = matrix[13]!;
  const z = matrix[14]!;
  const sum = r02 + r12 + r22 + r10 + r11 + x + y + z;
  if (!Number.isFinite(sum)) return false;
  out.yaw = Math.atan2(r02, r22);
  out.pitch = Math.asin(clampAbs(-r12, 1));
  out.roll = Math.atan2(r10, r11);
  out.x = x * METRES_PER_CENTIMETRE;
  out.y = y * METRES_PER_CENTIMETRE;
  out.z = z * METRES_PER_CENTIMETRE;
  return true;
}

const SMILE_LEFT = ARKIT_INDEX.mouthSmileLeft;
const SMILE_RIGHT = ARKIT_INDEX.mouthSmileRight;

/** Radians per full raw score: a smile turns the rigid fit of all landmarks down. */
const PITCH_OF_SMILE = 0.03;
/** Radians per radian²: a turned face reads as raised. */
const PITCH_OF_YAW = -0.04;
/** Beyond the first angle, radians, a turn reads as a tilt to the other side, by this much. */
const TILT_FROM = 0.63;
const ROLL_OF_YAW = -0.22;
/** A face this far off the camera's axis, radians, reads as turned outwards (mediapipe#4759), by these shares. */
const AXIS_FROM = 0.07;
const YAW_OF_RAY = 0.54;
const PITCH_OF_RAY = -0.54;

/**
 * Takes out of a pose, in place, what is no movement of the head: expression, cross-talk of a turn, and the place in
 * the picture. MediaPipe's matrix is a rigid fit to all landmarks, which are themselves in weak perspective. The
 * factors are least-squares fits on rendered heads of known pose (bench `solver`), rounded.
 * @param raw scores in the order of ARKIT_CHANNELS
 */
export function removeCrossTalk(pose: HeadPose, raw: Float64Array): void {
  const smile = 0.5 * (raw[SMILE_LEFT]! + raw[SMILE_RIGHT]!);
  const across = over(Math.atan2(pose.x, -pose.z), AXIS_FROM);
  const above = over(Math.atan2(pose.y, -pose.z), AXIS_FROM);
  pose.yaw -= YAW_OF_RAY * across;
  pose.pitch -= PITCH_OF_SMILE * smile + PITCH_OF_YAW * pose.yaw * pose.yaw + PITCH_OF_RAY * above;
  pose.roll -= ROLL_OF_YAW * over(pose.yaw, TILT_FROM);
}

/** What of an angle lies beyond ±`from`. */
function over(angle: number, from: number): number {
  return angle > from ? angle - from : angle < -from ? angle + from : 0;
}
