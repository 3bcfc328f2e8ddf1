import { describe, expect, test } from 'vitest';
import { toI420 } from './i420.ts';

/** Four pixels of one colour, the fourth byte anything. */
const flat = (bytes: readonly [number, number, number]): Uint8Array =>
  new Uint8Array([...bytes, 7, ...bytes, 0, ...bytes, 255, ...bytes, 99]);

describe('RGB to I420', () => {
  // The 100 % colour bars of BT.709 in eight bits (ITU-R BT.709-6, section 3; rounded).
  test.each([
    ['white', [255, 255, 255], [235, 128, 128]],
    ['yellow', [255, 255, 0], [219, 16, 138]],
    ['cyan', [0, 255, 255], [188, 154, 16]],
    ['green', [0, 255, 0], [173, 42, 26]],
    ['magenta', [255, 0, 255], [78, 214, 230]],
    ['red', [255, 0, 0], [63, 102, 240]],
    ['blue', [0, 0, 255], [32, 240, 118]],
    ['black', [0, 0, 0], [16, 128, 128]],
  ] as const)('%s', (_, rgb, [y, u, v]) => {
    const expected = [y, y, y, y, u, v];
    for (const order of ['rgb', 'bgr'] as const) {
      const [r, g, b] = rgb;
      const out = new Uint8Array(6);
      toI420(flat(order === 'rgb' ? [r, g, b] : [b, g, r]), order, 2, 2, out);
      for (const [i, value] of out.entries())
        expect(Math.abs(value - expected[i]!), `${i}`).toBeLessThanOrEqual(1);
    }
  });

  test('planes lie one after the other, chroma is the mean of four', () => {
    const pixels = new Uint8Array(4 * 2 * 4);
    // Left half red and blue in turn, right half white.
    for (let row = 0; row < 2; row++) {
      for (let x = 0; x < 4; x++)
        pixels.set(x > 1 ? [255, 255, 255] : x ? [0, 0, 255] : [255, 0, 0], (row * 4 + x) * 4);
    }
    const out = new Uint8Array(12);
    toI420(pixels, 'rgb', 4, 2, out);
    expect([...out]).toEqual([63, 32, 235, 235, 63, 32, 235, 235, 171, 128, 179, 128]);
  });
});
