/** Length of a vector; Math.hypot guards against overflow at ten times the cost. */
export function norm(x: number, y: number, z = 0): number {
  return Math.sqrt(x * x + y * y + z * z);
}

/** Brings the first three numbers to unit length; nothing happens to a vector that has no direction. */
export function normaliseVector(v: Float64Array): void {
  const length = norm(v[0]!, v[1]!, v[2]!);
  if (length < 1e-9) return;
  v[0] = v[0]! / length;
  v[1] = v[1]! / length;
  v[2] = v[2]! / length;
}
