import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AudioTimeline } from './audio-timeline.ts';

/** The resampler holds so many samples back until it knows what follows. */
const HELD = 8;
/** Where sound begins after something else it is faded in over so many. */
const JOIN = 96;

/** A block whose left samples count up from `first`, so that every sample can be told from every other. */
function block(first: number, samples: number): Uint8Array {
  const data = new Int16Array(samples * 2);
  for (let i = 0; i < samples; i++) data[i * 2] = first + i;
  return new Uint8Array(data.buffer);
}

const silence = (samples: number) => new Uint8Array(samples * 4);

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
    expect(left()).toEqual(Array.from({ length: 1920 - HELD }, (_, at) => at + 1));
    expect(timeline.filled).toBe(0);
  });

  test('sound from before the first picture is cut off', () => {
    const { timeline, left } = record();
    timeline.pcm(-30_000, block(1, 960));
    timeline.pcm(-10_000, block(961, 960));
    expect(left()[JOIN]).toBe(961 + 480 + JOIN);
    expect(timeline.position).toBe(480 - HELD);
  });

  test('a gap becomes silence, an overlap is trimmed, and neither clicks', () => {
    const { timeline, left } = record();
    timeline.pcm(0, block(1, 960));
    timeline.pcm(100_000, block(5000, 960));
    expect(timeline.position).toBe(4800 + 960 - HELD);
    expect(timeline.filled).toBe(4800 - 960);
    expect(
      left()
        .slice(960 + JOIN, 4800)
        .every((sample) => sample === 0),
    ).toBe(true);
    expect(left()[4800 + JOIN]).toBe(5000 + JOIN);
    timeline.pcm(20_000, block(7000, 9600));
    expect(timeline.position).toBe(960 + 9600 - HELD);
    expect(left()[5760 + JOIN]).toBe(7000 + 4800 + JOIN);
    const jumps = left().map((sample, at, all) => Math.abs(sample - (all[at - 1] ?? 0)));
    expect(Math.max(...jumps)).toBeLessThan(80);
  });

  test('a small step is played out by speed, a large one that stays is put right', () => {
    const { timeline } = record();
    timeline.pcm(0, silence(960));
    for (let at = 1; at < 100; at++) timeline.pcm(at * 20_000 + 10_000, silence(960));
    expect(timeline.filled).toBe(0);
    expect(timeline.driftMs).toBeGreaterThan(0);
    expect(timeline.driftMs).toBeLessThan(10);
    for (let at = 100; at < 250; at++) timeline.pcm(at * 20_000 + 50_000, silence(960));
    expect(timeline.filled).toBeGreaterThan(0);
    expect(Math.abs(timeline.position / 48 - 5050)).toBeLessThan(2);
  });

  test('another offset takes effect at once, by silence or by leaving out', () => {
    const { timeline } = record();
    for (let at = 0; at < 50; at++) timeline.pcm(at * 20_000, silence(960));
    timeline.realign();
    for (let at = 50; at < 100; at++) timeline.pcm(at * 20_000 + 40_000, silence(960));
    expect(timeline.filled).toBe(1920);
    expect(timeline.position).toBe(2040 * 48 - HELD);
    timeline.realign();
    for (let at = 100; at < 150; at++) timeline.pcm(at * 20_000 - 300_000, silence(960));
    expect(timeline.position).toBe(2700 * 48 - HELD);
    expect(timeline.lateSamples).toBe(0);
  });

  test('silence keeps up with the picture, and late sound says how late it was', () => {
    const { timeline } = record();
    timeline.fillTo(1_000_000);
    expect(timeline.position).toBe(48_000 - HELD);
    timeline.pcm(500_000, block(1, 960));
    expect(timeline.position).toBe(48_000 - HELD);
    expect(timeline.lateSamples).toBe(24_000);
    timeline.pcm(1_000_000, block(1, 960));
    expect(timeline.lateSamples).toBe(0);
    expect(timeline.position).toBe(48_960 - HELD);
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
          expect(timeline.positionUs).toBeGreaterThanOrEqual(Math.max(before, (at + ms) * 1000 - 60_500));
        }
        expect(left()).toHaveLength(timeline.position);
      }),
      { numRuns: 30 },
    );
  });
});

describe('clocks that run apart', () => {
  test('two hours at any speed up to 0.3 % off, with jitter, are never 20 ms apart', () => {
    const clocks = fc.record({
      ppm: fc.integer({ min: -3000, max: 3000 }),
      jitterMs: fc.integer({ min: 0, max: 10 }),
      startUs: fc.integer({ min: 0, max: 500_000 }),
      seed: fc.integer({ min: 1, max: 1e6 }),
    });
    fc.assert(
      fc.property(clocks, ({ ppm, jitterMs, startUs, seed }) => {
        const timeline = new AudioTimeline(() => undefined);
        const data = silence(960);
        let worst = 0;
        for (let at = 0; at < 2 * 3600 * 50; at++) {
          const trueUs = startUs + at * 20_000 * (1 + ppm / 1e6);
          const noise = Math.sin((at + seed) * 12.9898) * jitterMs * 1000;
          timeline.pcm(Math.max(0, trueUs + noise), data);
          const endUs = trueUs + 20_000;
          worst = Math.max(worst, Math.abs(timeline.positionUs - endUs));
        }
        expect(worst).toBeLessThan(20_000);
        expect(timeline.filled).toBeLessThan(48_000);
      }),
      {
        numRuns: 2,
        examples: [
          [{ ppm: 200, jitterMs: 5, startUs: 0, seed: 1 }],
          [{ ppm: -3000, jitterMs: 10, startUs: 0, seed: 7 }],
        ],
      },
    );
  });

  test('a tone is bent without a click and stays clean', () => {
    const samples: number[] = [];
    const timeline = new AudioTimeline((chunk) => {
      const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      for (let i = 0; i < chunk.length; i += 4) samples.push(view.getInt16(i, true));
    });
    const amplitude = 16_000;
    const turn = (2 * Math.PI * 1000) / 48_000;
    const seconds = 90;
    for (let at = 0; at < seconds * 50; at++) {
      const data = new Int16Array(1920);
      for (let i = 0; i < 960; i++)
        data.fill(Math.round(amplitude * Math.sin(turn * (at * 960 + i))), i * 2, i * 2 + 2);
      timeline.pcm(at * 20_000 * 1.0002, new Uint8Array(data.buffer));
    }
    let bend = 0;
    for (let i = 1; i < samples.length - 1; i++) {
      bend = Math.max(bend, Math.abs(samples[i - 1]! - 2 * samples[i]! + samples[i + 1]!));
    }
    // Of the tone itself: amplitude × turn², and the rounding of three samples.
    expect(bend).toBeLessThan(amplitude * turn * turn * 1.02 + 3);
    const late = samples.slice(-48_000);
    const { hertz, noiseDb } = fitTone(late);
    expect(Math.abs(hertz - 1000 / 1.0002)).toBeLessThan(0.05);
    expect(noiseDb).toBeLessThan(-75);
  });
});

/** The sine that fits best near 1 kHz, and what is left beside it. */
function fitTone(samples: readonly number[]): { hertz: number; noiseDb: number } {
  const residual = (hertz: number): number => {
    let [ss, cc, sc, xs, xc, xx] = [0, 0, 0, 0, 0, 0];
    samples.forEach((x, i) => {
      const s = Math.sin((2 * Math.PI * hertz * i) / 48_000);
      const c = Math.cos((2 * Math.PI * hertz * i) / 48_000);
      ss += s * s;
      cc += c * c;
      sc += s * c;
      xs += x * s;
      xc += x * c;
      xx += x * x;
    });
    const determinant = ss * cc - sc * sc;
    const a = (xs * cc - xc * sc) / determinant;
    const b = (xc * ss - xs * sc) / determinant;
    return (xx - a * xs - b * xc) / xx;
  };
  let [low, high] = [999.4, 1000.2];
  for (let i = 0; i < 40; i++) {
    const [a, b] = [low + (high - low) * 0.382, low + (high - low) * 0.618];
    if (residual(a) < residual(b)) high = b;
    else low = a;
  }
  return { hertz: low, noiseDb: 10 * Math.log10(residual(low)) };
}
