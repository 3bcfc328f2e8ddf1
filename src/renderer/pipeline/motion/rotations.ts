/** Quaternions (x, y, z, w) of bones, in place in arrays of four numbers a bone. Nothing is allocated. */

/** Writes R = Rz(z)·Ry(y)·Rx(x), radians, as the rotation of `bone`. */
export function setEuler(rotations: Float32Array, bone: number, x: number, y: number, z: number): void {
  const sx = Math.sin(x / 2);
  const cx = Math.cos(x / 2);
  const sy = Math.sin(y / 2);
  const cy = Math.cos(y / 2);
  const sz = Math.sin(z / 2);
  const cz = Math.cos(z / 2);
  const at = bone * 4;
  rotations[at] = sx * cy * cz - cx * sy * sz;
  rotations[at + 1] = cx * sy * cz + sx * cy * sz;
  rotations[at + 2] = cx * cy * sz - sx * sy * cz;
  rotations[at + 3] = cx * cy * cz + sx * sy * sz;
}

/**
 * Turns the rotation at `to[toAt]` towards the one at `from[fromAt]` by `weight` (0..1), the short way, normalised
 * linear: for a cross-fade as good as the great arc, and cheaper.
 */
export function blendRotation(
  to: Float32Array,
  toAt: number,
  from: Float32Array,
  fromAt: number,
  weight: number,
): void {
  const ax = to[toAt]!;
  const ay = to[toAt + 1]!;
  const az = to[toAt + 2]!;
  const aw = to[toAt + 3]!;
  const bx = from[fromAt]!;
  const by = from[fromAt + 1]!;
  const bz = from[fromAt + 2]!;
  const bw = from[fromAt + 3]!;
  const side = ax * bx + ay * by + az * bz + aw * bw < 0 ? -weight : weight;
  const keep = 1 - weight;
  const x = keep * ax + side * bx;
  const y = keep * ay + side * by;
  const z = keep * az + side * bz;
  const w = keep * aw + side * bw;
  const length = Math.sqrt(x * x + y * y + z * z + w * w);
  // Two opposite ones halfway: there is no way between them that is better than staying.
  if (length < 1e-6) return;
  to[toAt] = x / length;
  to[toAt + 1] = y / length;
  to[toAt + 2] = z / length;
  to[toAt + 3] = w / length;
}
