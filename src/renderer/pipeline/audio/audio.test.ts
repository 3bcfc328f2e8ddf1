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

  test('two hours of a crystal that runs 100 ppm slow stay together', () => {
    const clock = new AudioClock();
    const blocks = 2 * 3600 * 50;
    let at = 0;
    for (let i = 0; i < blocks; i++) {
      const arrival = (i + 1) * BLOCK_MS * 1.0001 + 4 + (i % 3);
      at = clock.map(i * BLOCK_FRAMES, BLOCK_FRAMES, arrival);
    }
    expect(Math.abs(at - ((blocks - 1) * BLOCK_MS * 1.0001 + 4))).toBeLessThan(3);
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
  const quantum = (value: number) => new Float32Array(128).fill(value);
  const run = (channels: readonly Float32Array[], builder = new BlockBuilder()) => {
    const blocks: { frame: number; first: number[]; peak: number; rms: number }[] = [];
    for (let i = 0; i < 30; i++) {
      builder.add(channels, 1000 + i * 128, 128, () => {
        const { frame, samples, peak, rms } = builder;
        blocks.push({ frame, first: [samples[0]!, samples[1]!, samples[1919]!], peak, rms });
      });
    }
    return blocks;
  };

  test('blocks of 960 frames follow each other without a gap', () => {
    expect(run([quantum(0.5)]).map((block) => block.frame)).toEqual([1000, 1960, 2920, 3880]);
  });

  test('one channel is both sides, of two each is its own, none is silence', () => {
    expect(run([quantum(0.5)])[0]!.first).toEqual([16384, 16384, 16384]);
    expect(run([quantum(1), quantum(-1)])[0]!.first).toEqual([32767, -32767, -32767]);
    expect(run([])[0]).toMatchObject({ first: [0, 0, 0], peak: 0, rms: 0 });
  });

  test('levels are those of the block; too loud is cut, not wrapped', () => {
    const block = run([quantum(2)])[1]!;
    expect(block.first[0]).toBe(32767);
    expect(block.peak).toBe(2);
    expect(run([quantum(0.5)])[1]!.rms).toBeCloseTo(0.5, 5);
  });

  test('muted, there is nothing in the samples and nothing on the meter', () => {
    const builder = new BlockBuilder();
    builder.muted = true;
    expect(run([quantum(0.9)], builder)[0]).toMatchObject({ first: [0, 0, 0], peak: 0, rms: 0 });
  });
});
