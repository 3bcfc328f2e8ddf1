/** Order of the bytes of a pixel, the fourth is ignored. */
export type PixelOrder = 'rgb' | 'bgr';

/**
 * Coefficients in 1/65536 for 8-bit full range RGB to limited range BT.709 (ITU-R BT.709-6, section 3): luma 16–235,
 * chroma 16–240 around 128.
 */
const Y = [11_966, 40_254, 4_064] as const;
const U = [-6_596, -22_189, 28_785] as const;
const V = [28_785, -26_145, -2_640] as const;
const Y_OFFSET = (16 << 16) + 32_768;
/** Chroma is made of sums of four pixels: two bits more. */
const UV_OFFSET = (128 << 18) + 131_072;

/**
 * Converts pixels of four bytes to the planes Y, U, V of an I420 picture in BT.709, limited range, without padding.
 * @param pixels width × height × 4 bytes, rows from the top without padding
 * @param out at least width × height × 1.5 bytes
 * @param width and height: even
 */
export function toI420(
  pixels: Uint8Array,
  order: PixelOrder,
  width: number,
  height: number,
  out: Uint8Array,
): void {
  const [first, last] = order === 'rgb' ? ([0, 2] as const) : ([2, 0] as const);
  const y0 = Y[first];
  const y1 = Y[1];
  const y2 = Y[last];
  const u0 = U[first];
  const u1 = U[1];
  const u2 = U[last];
  const v0 = V[first];
  const v1 = V[1];
  const v2 = V[last];
  let u = width * height;
  let v = u + u / 4;
  for (let row = 0; row < height; row += 2) {
    const top = row * width;
    const bottom = top + width;
    for (let x = 0; x < width; x += 2) {
      const a = (top + x) * 4;
      const b = (bottom + x) * 4;
      const p0 = pixels[a]!;
      const p1 = pixels[a + 1]!;
      const p2 = pixels[a + 2]!;
      const q0 = pixels[a + 4]!;
      const q1 = pixels[a + 5]!;
      const q2 = pixels[a + 6]!;
      const r0 = pixels[b]!;
      const r1 = pixels[b + 1]!;
      const r2 = pixels[b + 2]!;
      const s0 = pixels[b + 4]!;
      const s1 = pixels[b + 5]!;
      const s2 = pixels[b + 6]!;
      out[top + x] = (y0 * p0 + y1 * p1 + y2 * p2 + Y_OFFSET) >> 16;
      out[top + x + 1] = (y0 * q0 + y1 * q1 + y2 * q2 + Y_OFFSET) >> 16;
      out[bottom + x] = (y0 * r0 + y1 * r1 + y2 * r2 + Y_OFFSET) >> 16;
      out[bottom + x + 1] = (y0 * s0 + y1 * s1 + y2 * s2 + Y_OFFSET) >> 16;
      const c0 = p0 + q0 + r0 + s0;
      const c1 = p1 + q1 + r1 + s1;
      const c2 = p2 + q2 + r2 + s2;
      out[u++] = (u0 * c0 + u1 * c1 + u2 * c2 + UV_OFFSET) >> 18;
      out[v++] = (v0 * c0 + v1 * c1 + v2 * c2 + UV_OFFSET) >> 18;
    }
  }
}
