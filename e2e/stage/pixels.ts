import { expect } from 'vitest';

export type Rgb = readonly [number, number, number];

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** The colour at these shares of its sides, 0..1. */
  at(x: number, y: number): Rgb;
  readonly bytes: Buffer;
}

/** @param bytes RGBA, row by row */
export function pixelsOf(width: number, height: number, bytes: Buffer): Pixels {
  return {
    width,
    height,
    bytes,
    at: (x, y) => {
      const i = (Math.floor(y * height) * width + Math.floor(x * width)) * 4;
      return [bytes[i]!, bytes[i + 1]!, bytes[i + 2]!];
    },
  };
}

/** Fails with the colour itself when one of its parts is farther from the wanted one. */
export function near(actual: Rgb, wanted: Rgb, tolerance = 3): void {
  const far = actual.some((value, k) => Math.abs(value - wanted[k]!) > tolerance);
  expect(far ? actual : wanted).toEqual(wanted);
}

/** Where two pictures differ: share of the pixels, centre and edges as shares of the picture. */
export function difference(a: Pixels, b: Pixels) {
  let count = 0;
  let x = 0;
  let y = 0;
  const edge = { left: 1, right: 0, top: 1, bottom: 0 };
  for (let row = 0; row < a.height; row++) {
    for (let column = 0; column < a.width; column++) {
      const i = (row * a.width + column) * 4;
      if (![0, 1, 2].some((k) => Math.abs(a.bytes[i + k]! - b.bytes[i + k]!) > 14)) continue;
      const [px, py] = [column / a.width, row / a.height];
      count++;
      x += px;
      y += py;
      edge.left = Math.min(edge.left, px);
      edge.right = Math.max(edge.right, px);
      edge.top = Math.min(edge.top, py);
      edge.bottom = Math.max(edge.bottom, py);
    }
  }
  return { share: count / (a.width * a.height), x: x / count, y: y / count, ...edge };
}
