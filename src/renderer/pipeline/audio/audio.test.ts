import { describe, expect, test } from 'vitest';
import { AudioClock } from './audio-clock.ts';
import { BLOCK_FRAMES, BlockBuilder } from './pcm-block.ts';

const BLOCK_MS = 20;

describe('AudioClock', () => {
  test('jitter of the arrivals does not reach the timestamps', () => {
    const clock = new AudioClock();
    const base = 1_700_000_000_000;
    let previous = Number.NaN;
    let worst = 0;
    for (let i = 0; i < 1000; i++) {
      const late = 3 + (i % 5 === 0 ? 0 : 25 * Math.abs(Math.sin(i * 12.9898)));
      const at = clock.map(i * BLOCK_FRAMES, BLOCK_FRAMES, base + (i + 1) * BLOCK_MS + late);
      if (i > 50) worst = Math.max(worst, Math.abs(at - previous - BLOCK_MS));
      previous = at;
    }
    expect(worst).toBeLessThan(0.05);
    expect(Math.abs(previous - (base + 999 * BLOCK_MS + 3))).toBeLessThan(1);
  });

  test.each([100, -200, 3000, -3000])('two hours of a clock that is %i ppm off stay together', (ppm) => {
    const clock = new AudioClock();
    const stretched = BLOCK_MS * (1 + ppm / 1e6);
    let worst = 0;
    for (let i = 0; i < 2 * 3600 * 50; i++) {
      const late = 4 + 20 * Math.abs(Math.sin(i * 12.9898));
      const at = clock.map(i * BLOCK_FRAMES, BLOCK_FRAMES, (i + 1) * stretched + late);
      if (i > 500) worst = Math.max(worst, Math.abs(at - (i * stretched + 4)));
    }
    expect(worst).toBeLessThan(2);
  });

  test('a device that pauses, or a context that begins anew, is followed at once', () => {
    const clock = new AudioClock();
    for (let i = 0; i < 300; i++) clock.map(i * BLOCK_FRAMES, BLOCK_FRAMES, (i + 1) * BLOCK_MS);
    const pause = 5000;
    let at = 0;
    for (let i = 300; i < 600; i++)
      at = clock.map(i * BLOCK_FRAMES, BLOCK_FRAMES, (i + 1) * BLOCK_MS + pause);
    expect(at).toBeCloseTo(599 * BLOCK_MS + pause, 3);
    expect(clock.map(0, BLOCK_FRAMES, 100_000)).toBeCloseTo(100_000 - BLOCK_MS, 3);
  });
});

describe('BlockBuilder', () => {
  test('blocks of 960 frames follow each other without a gap; too loud is cut, not wrapped', () => {
    const builder = new BlockBuilder();
    const frames: number[] = [];
    const first: number[][] = [];
    for (let i = 0; i < 30; i++) {
      const [left, right] = [new Float32Array(128).fill(2), new Float32Array(128).fill(-0.5)];
      builder.add(left, right, 1000 + i * 128, 128, () => {
        frames.push(builder.frame);
        first.push([...builder.samples.slice(0, 2), builder.samples[1919]!]);
      });
    }
    expect(frames).toEqual([1000, 1960, 2920, 3880]);
    expect(first[1]).toEqual([32_767, -16_383, -16_383]);
  });
});
