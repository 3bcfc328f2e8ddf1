import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodePerformance, LANDMARKS, type Performance, parsePerformance } from './performance.ts';

const shipped = (): Uint8Array =>
  new Uint8Array(readFileSync(join(import.meta.dirname, '../../../resources/performance/performer.perf')));

const performanceOf = (frames: number, seed: number): Performance => ({
  fps: 30,
  names: ['_neutral', 'jawOpen'],
  frames: Array.from({ length: frames }, (_, i) => ({
    t: i / 30,
    found: (i + seed) % 5 !== 0,
    landmarks: Float32Array.from({ length: LANDMARKS * 3 }, (_v, k) => Math.sin(k * 0.1 + seed + i)),
    matrix: Float32Array.from({ length: 16 }, (_v, k) => Math.cos(k + seed) * 30),
    scores: Float32Array.of(Math.abs(Math.sin(seed)), Math.abs(Math.cos(i))),
  })),
});

describe('performance files', () => {
  test('what is written is read back within the quantisation', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 1000 }), (count, seed) => {
        const before = performanceOf(count, seed);
        const after = parsePerformance(encodePerformance(before));
        expect(after.fps).toBe(30);
        expect(after.names).toEqual(before.names);
        expect(after.frames).toHaveLength(count);
        before.frames.forEach((frame, i) => {
          const back = after.frames[i];
          expect(back?.found).toBe(frame.found);
          expect(back?.t).toBeCloseTo(frame.t, 5);
          expect(back?.matrix).toEqual(frame.matrix);
          frame.landmarks.forEach((v, k) => {
            expect(Math.abs((back?.landmarks[k] ?? 9) - v)).toBeLessThanOrEqual(0.5 / 16384 + 1e-7);
          });
          frame.scores.forEach((v, k) => {
            expect(Math.abs((back?.scores[k] ?? 9) - v)).toBeLessThanOrEqual(0.5 / 65535 + 1e-7);
          });
        });
      }),
      { numRuns: 20 },
    );
  });

  test('a file cut anywhere is refused with an Error that names the fault', () => {
    const whole = encodePerformance(performanceOf(2, 3));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 1 }), (length) => {
        expect(() => parsePerformance(whole.subarray(0, length))).toThrow(/^not a performance file: /);
      }),
    );
  });

  test('random bytes never crash it in another way', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(() => parsePerformance(bytes)).toThrow(/^not a performance file: /);
      }),
    );
  });

  test('each kind of fault has its own words', () => {
    const good = encodePerformance(performanceOf(2, 1));
    const headerLength = new DataView(good.buffer).getUint32(8, true);
    const size = (good.length - 12 - headerLength) / 2;
    const broken = (change: (bytes: Uint8Array, view: DataView) => void): Uint8Array => {
      const copy = good.slice();
      change(copy, new DataView(copy.buffer));
      return copy;
    };
    const cases: [Uint8Array, RegExp][] = [
      [broken((b) => b.fill(0, 0, 4)), /magic/],
      [broken((_b, v) => v.setUint16(4, 7, true)), /version 7/],
      [broken((_b, v) => v.setUint32(8, 1e9, true)), /header is cut short/],
      [broken((b) => b.fill(0x7b, 12, 20)), /not JSON/],
      [new Uint8Array([...good, 0]), /frames need/],
      [broken((_b, v) => v.setFloat32(12 + headerLength + size, -1, true)), /time of frame 1/],
      [broken((_b, v) => v.setUint8(12 + headerLength + 4, 9)), /found flag of frame 0 is 9/],
      [
        broken((_b, v) => v.setFloat32(12 + headerLength + 6 + LANDMARKS * 6, Number.NaN, true)),
        /matrix of frame 0/,
      ],
    ];
    for (const [bytes, message] of cases) expect(() => parsePerformance(bytes)).toThrow(message);
  });

  test('a frame with missing values cannot be written', () => {
    const good = performanceOf(1, 1);
    const frames = good.frames.map((f) => ({ ...f, scores: new Float32Array(1) }));
    expect(() => encodePerformance({ ...good, frames })).toThrow(/frame 0 has the wrong number/);
  });

  test('the shipped recording is whole, plausible and nearly always has a face', () => {
    const p = parsePerformance(shipped());
    expect(p.names).toHaveLength(52);
    expect(p.names[0]).toBe('_neutral');
    expect((p.frames.at(-1)?.t ?? 0) - (p.frames[0]?.t ?? 0)).toBeGreaterThan(9);
    const found = p.frames.filter((f) => f.found);
    expect(found.length / p.frames.length).toBeGreaterThanOrEqual(0.95);
    for (const frame of found) {
      expect(frame.matrix[15]).toBeCloseTo(1, 5);
      const noseX = frame.landmarks[3] ?? -1;
      expect(noseX).toBeGreaterThan(0.2);
      expect(noseX).toBeLessThan(0.8);
    }
  });
});
