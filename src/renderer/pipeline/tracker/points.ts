/** x, y, z of each point, one after the other. */
export function copyPoints(
  from: readonly { readonly x: number; readonly y: number; readonly z: number }[],
  to: Float32Array,
): void {
  for (let i = 0; i < from.length; i++) {
    const point = from[i]!;
    to[i * 3] = point.x;
    to[i * 3 + 1] = point.y;
    to[i * 3 + 2] = point.z;
  }
}
