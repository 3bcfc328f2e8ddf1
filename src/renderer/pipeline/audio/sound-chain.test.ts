import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChainSettings } from './chain-messages.ts';
import { reductionDb } from './dsp/compressor.ts';
import { dbToGain, gainToDb } from './dsp/decibel.ts';
import { Gate } from './dsp/gate.ts';
import { Limiter, LOOK_AHEAD_FRAMES } from './dsp/limiter.ts';
import { CHAIN_LATENCY_FRAMES, SoundChain, SUPPRESSION_FRAMES } from './sound-chain.ts';

const RATE = 48_000;
const PLAIN: ChainSettings = {
  suppress: false,
  gate: { on: false, thresholdDb: -45 },
  compressor: { on: false, thresholdDb: -20, ratio: 4 },
  limiter: { on: false, ceilingDb: -1 },
  open: true,
  panic: false,
  voice: false,
};

const tone =
  (amplitude: number, hertz = 1000) =>
  (i: number) =>
    amplitude * Math.sin((2 * Math.PI * hertz * i) / RATE);
const peakOf = (samples: readonly number[]) => samples.reduce((top, x) => Math.max(top, Math.abs(x)), 0);
const steepest = (samples: readonly number[]) =>
  samples.reduce((top, x, i) => Math.max(top, Math.abs(x - (samples[i - 1] ?? x))), 0);

/** Runs a chain in quanta; `at` is called before each of them. */
function run(
  seconds: number,
  sources: { raw?: (i: number) => number; clean?: (i: number) => number; second?: (i: number) => number },
  at: (chain: SoundChain, frame: number) => void = () => undefined,
  settings: Partial<ChainSettings> = {},
): { left: number[]; chain: SoundChain } {
  const chain = new SoundChain();
  chain.configure({ ...PLAIN, ...settings });
  const left: number[] = [];
  const out = [new Float32Array(128), new Float32Array(128)] as const;
  const quantum = (of: ((i: number) => number) | undefined, frame: number) =>
    of ? [Float32Array.from({ length: 128 }, (_, i) => of(frame + i))] : [];
  for (let frame = 0; frame < seconds * RATE; frame += 128) {
    at(chain, frame);
    const raw = quantum(sources.raw, frame);
    chain.process([raw, quantum(sources.clean, frame), quantum(sources.second, frame), raw], ...out, 128);
    left.push(...out[0]);
  }
  return { left, chain };
}

describe('the chain in time', () => {
  const click = (i: number) => (i === 24_000 ? 0.9 : 0);
  const loudestAt = (samples: readonly number[]) => {
    const top = peakOf(samples);
    return samples.findIndex((x) => Math.abs(x) === top);
  };

  test('a click leaves at the same moment whatever is on', () => {
    const everything: Partial<ChainSettings> = {
      gate: { on: true, thresholdDb: -40 },
      compressor: { on: true, thresholdDb: -20, ratio: 4 },
      limiter: { on: true, ceilingDb: -6 },
    };
    const hiss = (i: number) => (i % 2 ? 1e-3 : -1e-3);
    const cleaned = (i: number) => click(i - SUPPRESSION_FRAMES) + hiss(i) / 100;
    for (const [settings, clean] of [
      [{}, undefined],
      [everything, undefined],
      [{ ...everything, suppress: true }, cleaned],
    ] as const) {
      const { left } = run(
        1,
        { raw: (i) => click(i) + hiss(i), ...(clean ? { clean } : {}) },
        undefined,
        settings,
      );
      expect(loudestAt(left)).toBe(24_000 + CHAIN_LATENCY_FRAMES);
    }
    expect(loudestAt(run(1, { second: click }).left)).toBe(24_000 + CHAIN_LATENCY_FRAMES);
  });
});

describe('switches', () => {
  test('mute, panic and every new setting pass without a click', () => {
    const own = steepest(run(0.5, { raw: tone(0.5) }).left);
    const changes: Partial<ChainSettings>[] = [
      { open: false },
      {},
      { panic: true },
      {},
      { compressor: { on: true, thresholdDb: -30, ratio: 10 } },
      { compressor: { on: true, thresholdDb: -10, ratio: 2 } },
      { limiter: { on: true, ceilingDb: -12 } },
      { limiter: { on: false, ceilingDb: -12 } },
      { gate: { on: true, thresholdDb: 0 } },
      {},
    ];
    const { left } = run(changes.length, { raw: tone(0.5) }, (chain, frame) => {
      const change = changes[Math.floor(frame / RATE)];
      if (frame % RATE < 128) chain.configure({ ...PLAIN, ...change });
    });
    expect(steepest(left)).toBeLessThan(own * 1.15);
  });

  test('muted is exact silence for the microphone only, panic for everything, both within 20 ms', () => {
    const from = CHAIN_LATENCY_FRAMES + 960;
    const muted = run(0.5, { raw: tone(0.5) }, undefined, { open: false });
    expect(peakOf(muted.left)).toBe(0);
    expect(muted.chain.peak).toBe(0);
    const mixed = run(0.5, { raw: tone(0.5), second: tone(0.25) }, undefined, { open: false });
    expect(peakOf(mixed.left.slice(from))).toBeCloseTo(0.25, 3);
    const panic = run(0.5, { raw: tone(0.5), second: tone(0.25) }, undefined, { panic: true });
    expect(peakOf(panic.left.slice(240))).toBe(0);
  });

  test('RNNoise that gives nothing, or broken numbers, takes no sound away', () => {
    const dead = run(2.5, { raw: tone(0.5), clean: () => 0 }, undefined, { suppress: true });
    expect(dead.chain.suppressionDead).toBe(true);
    expect(peakOf(dead.left.slice(-4800))).toBeCloseTo(0.5, 2);
    const broken = run(1, { raw: (i) => (i < 4800 ? Number.NaN : tone(0.5)(i)) }, undefined, {
      limiter: { on: true, ceilingDb: -1 },
    });
    expect(peakOf(broken.left.slice(-4800))).toBeCloseTo(0.5, 2);
    const alive = run(2, { raw: tone(0.5), clean: tone(0.1) }, undefined, { suppress: true });
    expect(alive.chain.suppressionDead).toBe(false);
    expect(peakOf(alive.left.slice(-4800))).toBeCloseTo(0.1, 2);
  });

  test('the clip light sees the device and the way out', () => {
    expect(run(0.2, { raw: tone(0.9) }).chain.clipped).toBe(false);
    expect(
      run(0.2, { raw: tone(1.2) }, undefined, { limiter: { on: true, ceilingDb: -6 } }).chain.clipped,
    ).toBe(true);
    expect(run(0.2, { raw: tone(0.6), second: tone(0.6) }).chain.clipped).toBe(true);
  });
});

describe('the compressor', () => {
  test('its curve: nothing under the knee, all but 1/ratio above it, joined between', () => {
    const settings = { on: true, thresholdDb: -20, ratio: 4 };
    expect(reductionDb(-30, settings)).toBe(0);
    expect(reductionDb(-8, settings)).toBeCloseTo(9, 6);
    expect(reductionDb(-20, settings)).toBeCloseTo(0.5625, 6);
    expect(reductionDb(-17 + 1e-9, settings)).toBeCloseTo(reductionDb(-17 - 1e-9, settings), 6);
  });

  test('a steady tone ends up where the curve says', () => {
    const { left } = run(1, { raw: tone(0.5) }, undefined, {
      compressor: { on: true, thresholdDb: -20, ratio: 4 },
    });
    const expected = gainToDb(0.5) - reductionDb(gainToDb(0.5), { on: true, thresholdDb: -20, ratio: 4 });
    expect(Math.abs(gainToDb(peakOf(left.slice(-4800))) - expected)).toBeLessThan(0.5);
  });
});

describe('the limiter', () => {
  test('whatever comes, nothing passes the ceiling', () => {
    const bursts = fc.array(
      fc.record({
        level: fc.double({ min: 0, max: 30, noNaN: true }),
        frames: fc.integer({ min: 1, max: 600 }),
      }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(bursts, fc.double({ min: -20, max: 0, noNaN: true }), (list, ceilingDb) => {
        const limiter = new Limiter(RATE);
        limiter.configure({ on: true, ceilingDb });
        let frame = 0;
        for (const { level, frames } of list) {
          for (let i = 0; i < frames; i++, frame++) {
            limiter.next(level * (frame % 2 ? 1 : -1), level * Math.sin(frame));
            expect(Math.abs(limiter.left)).toBeLessThanOrEqual(dbToGain(ceilingDb) + 1e-12);
            expect(Math.abs(limiter.right)).toBeLessThanOrEqual(dbToGain(ceilingDb) + 1e-12);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test('quiet sound passes untouched, a burst is turned down instead of cut', () => {
    const limiter = new Limiter(RATE);
    limiter.configure({ on: true, ceilingDb: -6 });
    const out: number[] = [];
    for (let i = 0; i < 24_000; i++) {
      limiter.next(tone(i > 12_000 ? 2 : 0.3)(i), 0);
      out.push(limiter.left);
    }
    expect(out[5000 + LOOK_AHEAD_FRAMES]).toBeCloseTo(tone(0.3)(5000), 6);
    const flat = out.slice(18_000).filter((x) => Math.abs(Math.abs(x) - dbToGain(-6)) < 1e-9).length;
    expect(flat).toBeLessThan(300);
    expect(limiter.gain).toBeLessThan(0.27);
  });
});

describe('the gate', () => {
  const gains = (level: (i: number) => number, frames: number) => {
    const gate = new Gate(RATE);
    gate.configure({ on: true, thresholdDb: -40 });
    return Array.from({ length: frames }, (_, i) => gate.next(level(i)));
  };

  test('opens in milliseconds, holds a pause, shuts to exact silence', () => {
    const spoken = gains((i) => (i < 48_000 ? 1e-4 : i < 72_000 ? 0.1 : 1e-4), 144_000);
    expect(spoken[47_999]).toBe(0);
    expect(spoken[48_000 + 480]).toBeGreaterThan(0.95);
    expect(spoken[72_000 + 7_200]).toBe(1);
    expect(spoken.at(-1)).toBe(0);
  });

  test('a level between closing and opening changes nothing', () => {
    const between = dbToGain(-43);
    expect(gains((i) => (i < 4800 ? 0.1 : between), 96_000).at(-1)).toBe(1);
    expect(gains((i) => (i < 48_000 ? 1e-5 : between), 96_000).at(-1)).toBe(0);
  });
});
