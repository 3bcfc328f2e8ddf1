/**
 * Quaternions (x, y, z, w) and vectors in flat Float64Arrays, `at` being the place of the first number. Outputs may
 * be the same place as an input. Rotations are active; a·b turns by b first. Nothing is allocated.
 */

/** out = a · b. */
export function multiply(
  out: Float64Array,
  at: number,
  a: Float64Array,
  aAt: number,
  b: Float64Array,
  bAt: number,
): void {
  product(out, at, a, aAt, b, bAt, 1);
}

/** out = a⁻¹ · b, both of unit length. */
export function relative(
  out: Float64Array,
  at: number,
  a: Float64Array,
  aAt: number,
  b: Float64Array,
  bAt: number,
): void {
  product(out, at, a, aAt, b, bAt, -1);
}

/** a or, with `way` −1, its inverse, times b. */
function product(
  out: Float64Array,
  at: number,
  a: Float64Array,
  aAt: number,
  b: Float64Array,
  bAt: number,
  way: 1 | -1,
): void {
  const ax = way * a[aAt]!;
  const ay = way * a[aAt + 1]!;
  const az = way * a[aAt + 2]!;
  const aw = a[aAt + 3]!;
  const bx = b[bAt]!;
  const by = b[bAt + 1]!;
  const bz = b[bAt + 2]!;
  const bw = b[bAt + 3]!;
  out[at] = aw * bx + ax * bw + ay * bz - az * by;
  out[at + 1] = aw * by - ax * bz + ay * bw + az * bx;
  out[at + 2] = aw * bz + ax * by - ay * bx + az * bw;
  out[at + 3] = aw * bw - ax * bx - ay * by - az * bz;
}

export function setIdentity(out: Float64Array, at: number): void {
  out[at] = 0;
  out[at + 1] = 0;
  out[at + 2] = 0;
  out[at + 3] = 1;
}

export function copyQuaternion(out: Float64Array, at: number, a: Float64Array, aAt: number): void {
  out[at] = a[aAt]!;
  out[at + 1] = a[aAt + 1]!;
  out[at + 2] = a[aAt + 2]!;
  out[at + 3] = a[aAt + 3]!;
}

/** To unit length; the identity if there is nothing to scale. */
function normalise(out: Float64Array, at: number): void {
  const x = out[at]!;
  const y = out[at + 1]!;
  const z = out[at + 2]!;
  const w = out[at + 3]!;
  const square = x * x + y * y + z * z + w * w;
  if (!(square > 1e-12)) {
    setIdentity(out, at);
    return;
  }
  const scale = 1 / Math.sqrt(square);
  out[at] = x * scale;
  out[at + 1] = y * scale;
  out[at + 2] = z * scale;
  out[at + 3] = w * scale;
}

/** The cosine of half the angle between two rotations; below 0 where one of them is the long way round. */
export function dot(a: Float64Array, aAt: number, b: Float64Array, bAt: number): number {
  return (
    a[aAt]! * b[bAt]! + a[aAt + 1]! * b[bAt + 1]! + a[aAt + 2]! * b[bAt + 2]! + a[aAt + 3]! * b[bAt + 3]!
  );
}

/** Spherical interpolation the short way (Shoemake 1985), linear where both nearly agree. */
export function slerp(
  out: Float64Array,
  at: number,
  a: Float64Array,
  aAt: number,
  b: Float64Array,
  bAt: number,
  weight: number,
): void {
  const cosine = dot(a, aAt, b, bAt);
  const near = Math.abs(cosine);
  let from = 1 - weight;
  let to = weight;
  if (near < 0.9995) {
    const angle = Math.acos(near);
    const inverse = 1 / Math.sin(angle);
    from = Math.sin(from * angle) * inverse;
    to = Math.sin(to * angle) * inverse;
  }
  if (cosine < 0) to = -to;
  out[at] = a[aAt]! * from + b[bAt]! * to;
  out[at + 1] = a[aAt + 1]! * from + b[bAt + 1]! * to;
  out[at + 2] = a[aAt + 2]! * from + b[bAt + 2]! * to;
  out[at + 3] = a[aAt + 3]! * from + b[bAt + 3]! * to;
  normalise(out, at);
}

/** The part `share` of the rotation a, counted from none. */
export function part(out: Float64Array, at: number, a: Float64Array, aAt: number, share: number): void {
  slerp(out, at, IDENTITY, 0, a, aAt, share);
}

export const IDENTITY = Float64Array.of(0, 0, 0, 1);

/** The vector v turned by q. Three numbers as arguments would each be an object of their own at every call. */
export function rotate(
  out: Float64Array,
  at: number,
  q: Float64Array,
  qAt: number,
  v: Float64Array,
  vAt: number,
): void {
  turn(out, at, q, qAt, v, vAt, 1);
}

/** The vector v turned back by q. */
export function unrotate(
  out: Float64Array,
  at: number,
  q: Float64Array,
  qAt: number,
  v: Float64Array,
  vAt: number,
): void {
  turn(out, at, q, qAt, v, vAt, -1);
}

/** v turned by q or, with `way` −1, by its inverse. */
function turn(
  out: Float64Array,
  at: number,
  q: Float64Array,
  qAt: number,
  v: Float64Array,
  vAt: number,
  way: 1 | -1,
): void {
  const x = v[vAt]!;
  const y = v[vAt + 1]!;
  const z = v[vAt + 2]!;
  const qx = way * q[qAt]!;
  const qy = way * q[qAt + 1]!;
  const qz = way * q[qAt + 2]!;
  const qw = q[qAt + 3]!;
  const tx = 2 * (qy * z - qz * y);
  const ty = 2 * (qz * x - qx * z);
  const tz = 2 * (qx * y - qy * x);
  out[at] = x + qw * tx + qy * tz - qz * ty;
  out[at + 1] = y + qw * ty + qz * tx - qx * tz;
  out[at + 2] = z + qw * tz + qx * ty - qy * tx;
}

/** The shortest turn that brings the unit vector a onto the unit vector b. */
export function between(
  out: Float64Array,
  at: number,
  a: Float64Array,
  aAt: number,
  b: Float64Array,
  bAt: number,
): void {
  const ax = a[aAt]!;
  const ay = a[aAt + 1]!;
  const az = a[aAt + 2]!;
  const bx = b[bAt]!;
  const by = b[bAt + 1]!;
  const bz = b[bAt + 2]!;
  const w = 1 + ax * bx + ay * by + az * bz;
  if (w < 1e-6) {
    // Opposite: half a turn about any axis across.
    const flat = Math.abs(ax) < 0.7;
    out[at] = flat ? 0 : -az;
    out[at + 1] = flat ? az : 0;
    out[at + 2] = flat ? -ay : ax;
    out[at + 3] = 0;
    normalise(out, at);
    return;
  }
  out[at] = ay * bz - az * by;
  out[at + 1] = az * bx - ax * bz;
  out[at + 2] = ax * by - ay * bx;
  out[at + 3] = w;
  normalise(out, at);
}

/** R = Ry(yaw)·Rx(pitch)·Rz(roll), radians. */
export function fromAngles(out: Float64Array, at: number, yaw: number, pitch: number, roll: number): void {
  const cy = Math.cos(yaw / 2);
  const sy = Math.sin(yaw / 2);
  const cx = Math.cos(pitch / 2);
  const sx = Math.sin(pitch / 2);
  const cz = Math.cos(roll / 2);
  const sz = Math.sin(roll / 2);
  out[at] = cy * sx * cz + sy * cx * sz;
  out[at + 1] = sy * cx * cz - cy * sx * sz;
  out[at + 2] = cy * cx * sz - sy * sx * cz;
  out[at + 3] = cy * cx * cz + sy * sx * sz;
}

/** Rotation whose columns (images of X, Y, Z) are the orthonormal x, y, z at three places of m (Shepperd 1978). */
export function fromColumns(out: Float64Array, at: number, m: Float64Array, x: number): void {
  const a = m[x]!;
  const b = m[x + 4]!;
  const c = m[x + 8]!;
  const trace = a + b + c;
  if (trace > 0) {
    const s = Math.sqrt(trace + 1) * 2;
    out[at + 3] = s / 4;
    out[at] = (m[x + 5]! - m[x + 7]!) / s;
    out[at + 1] = (m[x + 6]! - m[x + 2]!) / s;
    out[at + 2] = (m[x + 1]! - m[x + 3]!) / s;
  } else if (a > b && a > c) {
    const s = Math.sqrt(1 + a - b - c) * 2;
    out[at + 3] = (m[x + 5]! - m[x + 7]!) / s;
    out[at] = s / 4;
    out[at + 1] = (m[x + 3]! + m[x + 1]!) / s;
    out[at + 2] = (m[x + 6]! + m[x + 2]!) / s;
  } else if (b > c) {
    const s = Math.sqrt(1 + b - a - c) * 2;
    out[at + 3] = (m[x + 6]! - m[x + 2]!) / s;
    out[at] = (m[x + 3]! + m[x + 1]!) / s;
    out[at + 1] = s / 4;
    out[at + 2] = (m[x + 7]! + m[x + 5]!) / s;
  } else {
    const s = Math.sqrt(1 + c - a - b) * 2;
    out[at + 3] = (m[x + 1]! - m[x + 3]!) / s;
    out[at] = (m[x + 6]! + m[x + 2]!) / s;
    out[at + 1] = (m[x + 7]! + m[x + 5]!) / s;
    out[at + 2] = s / 4;
  }
  normalise(out, at);
}
