import type { Grade } from './protocol.ts';

/** A third of the noise is the same in all three colours, the rest is each one's own. */
const SHARED = 0.33;

/**
 * Darkens RGBA bytes in place and adds sensor noise, the same for the same seed and frame.
 * The noise is the sum of four uniform bytes, near enough to a normal distribution for a sensor.
 */
export const degrade = (rgba: Uint8ClampedArray, grade: Grade, frame: number): void => {
  let state = Math.imul(grade.seed + 1, 0x9e3779b1) ^ Math.imul(frame + 1, 0x85ebca6b) || 1;
  // The sum of four bytes has a standard deviation of 147.8.
  const scale = grade.noise / 147.8;
  const draw = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return ((state & 255) + ((state >>> 8) & 255) + ((state >>> 16) & 255) + (state >>> 24) - 510) * scale;
  };
  for (let i = 0; i < rgba.length; i += 4) {
    const shared = Math.sqrt(SHARED) * draw();
    for (let k = i; k < i + 3; k++) {
      rgba[k] = (rgba[k] as number) * grade.exposure + shared + Math.sqrt(1 - SHARED) * draw();
    }
  }
};
