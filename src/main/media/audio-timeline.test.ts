import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AudioTimeline } from './audio-timeline.ts';

/** A block whose left samples count up from `first`, so that every sample can be told from every other. */
function block(first: number, samples: number): Uint8Array {
  const data = new Int16Array(samples * 2);
  for (let i = 0; i < samples; i++) data[i * 2] = first + i;
  return new Uint8Array(data.buffer);
}

function record(): { timeline: AudioTimeline; left: () => number[] } {
  const chunks: Uint8Array[] = [];
  const timeline = new AudioTimeline((samples) => chunks.push(samples.slice()));
  return {
    timeline,
    left: () => {
      const all = Buffer.concat(chunks);
      return Array.from({ length: all.length / 4 }, (_, at) => all.readInt16LE(at * 4));
    },
  };
}

describe('AudioTimeline', () => {
  test('blocks that follow each other stay untouched', () => {
    const { timeline, left } = record();
    timeline.pcm(0, block(1, 960));
    timeline.pcm(20_000, block(961, 960));
    expect(left()).toEqual(Array.from({ length: 1920 }, (_, at) => at + 1));
    expect(timeline.filled).toBe(0);
  });

  test('sound from before the first picture is cut off', () => {
    const { timeline, left } = record();
    timeline.pcm(-30_000, block(1, 960));
    timeline.pcm(-10_000, block(961, 960));
    expect(left()[0]).toBe(961 + 480);
    expect(timeline.position).toBe(480);
  });

  test('a gap becomes silence, an overlap is trimmed', () => {
    const { timeline, left } = record();
    timeline.pcm(0, block(1, 960));
    timeline.pcm(100_000, block(5000, 960));
    expect(timeline.position).toBe(4800 + 960);
    expect(timeline.filled).toBe(4800 - 960);
    expect(left()[4800]).toBe(5000);
    timeline.pcm(70_000, block(7000, 4800));
    expect(timeline.position).toBe(8160);
    expect(left()[5760]).toBe(7000 + 2400);
  });

  test('jitter under 20 ms is let pass', () => {
    const { timeline } = record();
    timeline.pcm(0, block(1, 960));
    timeline.pcm(35_000, block(1, 960));
    timeline.pcm(31_000, block(1, 960));
    expect(timeline.position).toBe(3 * 960);
    expect(timeline.filled).toBe(0);
  });

  test('silence keeps up with the picture, and late sound says how late it was', () => {
    const { timeline } = record();
    timeline.fillTo(1_000_000);
    expect(timeline.position).toBe(48_000);
    timeline.pcm(500_000, block(1, 960));
    expect(timeline.position).toBe(48_000);
    expect(timeline.lateSamples).toBe(24_000);
    timeline.pcm(1_000_000, block(1, 960));
    expect(timeline.lateSamples).toBe(0);
    expect(timeline.position).toBe(48_960);
  });

  test('a clock that runs 0.1 % fast is never more than 20 ms off after two hours', () => {
    const timeline = new AudioTimeline(() => undefined);
    const data = block(0, 960);
    for (let at = 0; at < 2 * 3600 * 50; at += 1) timeline.pcm(at * 20_020, data);
    const endUs = (2 * 3600 * 50 - 1) * 20_020 + 20_000;
    expect(Math.abs(timeline.positionUs - endUs)).toBeLessThan(20_000);
  });

  test('whatever comes, the line is as long as it says and near the newest timestamp', () => {
    const packets = fc.array(
      fc.record({ at: fc.integer({ min: -200, max: 3000 }), ms: fc.integer({ min: 1, max: 60 }) }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(packets, (list) => {
        const { timeline, left } = record();
        for (const { at, ms } of list) {
          const before = timeline.positionUs;
          timeline.pcm(at * 1000, block(1, ms * 48));
          expect(timeline.positionUs).toBeGreaterThanOrEqual(Math.max(before, (at + ms) * 1000 - 20_001));
        }
        expect(left()).toHaveLength(timeline.position);
      }),
      { numRuns: 30 },
    );
  });
});
