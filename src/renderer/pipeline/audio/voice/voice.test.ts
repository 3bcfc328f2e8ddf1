import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { singVowel, VOICES, type Voice } from '../../../../../scripts/voice/synth.ts';
import {
  VOWELS,
  type VoiceProfile,
  type Vowel,
  voiceProfileSchema,
} from '../../../../shared/domain/tracking-settings.ts';
import generalVowels from './general-vowels.json' with { type: 'json' };
import { VoiceCalibration, type VoiceCalibrationResult } from './voice-calibration.ts';
import { VowelEngine } from './vowel-engine.ts';

const BLOCK = 960;
const BLOCK_MS = 20;
const wasm = new WebAssembly.Module(
  readFileSync(createRequire(import.meta.url).resolve('wlipsync/wlipsync.wasm')),
);
const GENERAL: VoiceProfile = { vowels: generalVowels };

/** Nobody of those the general profile was made of. */
function person(of: Voice, pitchHz: number, tract: number): Voice {
  const formants = Object.fromEntries(
    VOWELS.map((vowel) => [vowel, of.formants[vowel].map((hz) => hz * tract)]),
  ) as unknown as Voice['formants'];
  return { pitchHz, formants };
}
const MAN = person(VOICES[0]!, 104, 1.04);
const WOMAN = person(VOICES[1]!, 190, 0.96);

function blocks(samples: Float32Array): Float32Array[] {
  return Array.from({ length: Math.floor(samples.length / BLOCK) }, (_, i) =>
    samples.subarray(i * BLOCK, (i + 1) * BLOCK),
  );
}

/** Share of the windows in which the right vowel leads. */
function heardAs(engine: VowelEngine, voice: Voice, vowel: Vowel): number {
  const said = blocks(singVowel(voice, vowel, { seconds: 0.8, level: 0.2 }));
  let right = 0;
  said.forEach((block, i) => {
    engine.hear(block, block.length);
    if (i < 6) return;
    if (engine.vowels.indexOf(Math.max(...engine.vowels)) === VOWELS.indexOf(vowel)) right++;
  });
  return right / (said.length - 6);
}

function calibrate(voice: Voice, engine: VowelEngine, silent: readonly Vowel[] = []): VoiceCalibrationResult {
  const calibration = new VoiceCalibration();
  let atMs = 5000;
  let result: VoiceCalibrationResult = { state: 'failed' };
  for (const vowel of [...VOWELS, 'A'] as const) {
    const level = silent.includes(vowel) ? 0.001 : 0.25;
    for (const block of blocks(singVowel(voice, vowel, { seconds: 2, level }))) {
      engine.hear(block, block.length);
      result = calibration.add(engine.mfcc, engine.rms, atMs);
      if (result.state !== 'running') return result;
      atMs += BLOCK_MS;
    }
  }
  return result;
}

describe('the general profile', () => {
  test('is one', () => expect(voiceProfileSchema.safeParse(GENERAL).success).toBe(true));

  test.each([
    ['a man', MAN],
    ['a woman', WOMAN],
  ])('%s it was not made of is understood most of the time', (_who, voice) => {
    const engine = new VowelEngine(wasm, GENERAL);
    const shares = VOWELS.map((vowel) => heardAs(engine, voice, vowel));
    expect(shares.reduce((sum, share) => sum + share, 0) / VOWELS.length).toBeGreaterThan(0.7);
  });
});

test('silence and broken numbers are no voice', () => {
  const engine = new VowelEngine(wasm, GENERAL);
  for (const value of [0, Number.NaN, 0]) {
    for (let i = 0; i < 40; i++) engine.hear(new Float32Array(BLOCK).fill(value), BLOCK);
    expect(engine.rms).toBeLessThan(1e-6);
    expect(engine.vowels.every((weight) => weight >= 0 && weight <= 1)).toBe(true);
  }
  expect(heardAs(engine, VOICES[0]!, 'I')).toBeGreaterThan(0.9);
});

describe('ten seconds of the user’s own vowels', () => {
  test.each([
    ['a man', MAN],
    ['a woman', WOMAN],
  ])('%s is understood afterwards', (_who, voice) => {
    const engine = new VowelEngine(wasm, GENERAL);
    const result = calibrate(voice, engine);
    if (result.state !== 'done') throw new Error(result.state);
    expect(voiceProfileSchema.safeParse(result.profile).success).toBe(true);
    const own = new VowelEngine(wasm, result.profile);
    for (const vowel of VOWELS) expect(heardAs(own, voice, vowel), vowel).toBeGreaterThan(0.9);
  });

  test('a vowel that was not said is a failure, not a profile', () => {
    expect(calibrate(MAN, new VowelEngine(wasm, GENERAL), ['U'])).toEqual({ state: 'failed' });
  });

  test('every step is announced in its turn', () => {
    const calibration = new VoiceCalibration();
    const steps = [0, 1999, 2000, 4001, 6500, 9999].map((atMs) =>
      calibration.add(new Float32Array(12), 0.1, atMs),
    );
    expect(steps.map((result) => (result.state === 'running' ? result.step : result.state))).toEqual([
      'A',
      'A',
      'I',
      'U',
      'E',
      'O',
    ]);
  });
});
