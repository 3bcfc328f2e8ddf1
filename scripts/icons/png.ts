import { deflateSync } from 'node:zlib';
import { chunk, PNG_SIGNATURE } from '../presets/model/png.ts';
import type { Picture } from './canvas.ts';

const paeth = (left: number, up: number, corner: number): number => {
  const p = left + up - corner;
  const [a, b, c] = [Math.abs(p - left), Math.abs(p - up), Math.abs(p - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
};

/** Encodes an RGBA PNG; every row takes the filter with the smallest residual. */
export const encodeRgbaPng = ({ width, height, rgba }: Picture): Buffer => {
  const stride = width * 4;
  const raw = Buffer.alloc((stride + 1) * height);
  for (let y = 0; y < height; y++) {
    const rows = [0, 1, 2, 3, 4].map((filter) => {
      const row = Buffer.alloc(stride);
      let residual = 0;
      for (let x = 0; x < stride; x++) {
        const o = y * stride + x;
        const left = x >= 4 ? (rgba[o - 4] as number) : 0;
        const up = y > 0 ? (rgba[o - stride] as number) : 0;
        const corner = x >= 4 && y > 0 ? (rgba[o - stride - 4] as number) : 0;
        const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] as number;
        const d = ((rgba[o] as number) - guess) & 255;
        row[x] = d;
        residual += d < 128 ? d : 256 - d;
      }
      return { filter, row, residual };
    });
    const best = rows.reduce((a, b) => (b.residual < a.residual ? b : a));
    raw[y * (stride + 1)] = best.filter;
    raw.set(best.row, y * (stride + 1) + 1);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[9] = 6;
  return Buffer.concat([
    PNG_SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(raw, { level: 9 })),
    chunk('IEND', new Uint8Array(0)),
  ]);
};
