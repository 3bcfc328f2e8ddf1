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
  out.pitch = Math.asin(Math.min(1, Math.max(-1, -r12)));
  out.roll = Math.atan2(r10, r11);
  out.x = x * METRES_PER_CENTIMETRE;
  out.y = y * METRES_PER_CENTIMETRE;
  out.z = z * METRES_PER_CENTIMETRE;
  return true;
}
