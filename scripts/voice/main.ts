import { readFileSync, writeFileSync } from 'node:fs';
import { VowelEngine } from '../../src/renderer/pipeline/audio/voice/vowel-engine.ts';
import { VOWELS, type VoiceProfile } from '../../src/shared/domain/tracking-settings.ts';
import { singVowel, VOICES } from './synth.ts';

/**
 * Makes the general profile of vowels (`npm run voice`): one prototype of each vowel from each synthetic voice. A
 * user's own calibration takes its place.
 */
const FILE = new URL('../../src/renderer/pipeline/audio/voice/general-vowels.json', import.meta.url);
const wasm = new WebAssembly.Module(readFileSync(new URL(import.meta.resolve('wlipsync/wlipsync.wasm'))));
const blank = Object.fromEntries(VOWELS.map((vowel) => [vowel, [new Array(12).fill(0)]]));
const engine = new VowelEngine(wasm, { vowels: blank } as VoiceProfile);
const BLOCK = 960;
const SKIPPED = 10;

const vowels = Object.fromEntries(
  VOWELS.map((vowel) => [
    vowel,
    VOICES.map((voice) => {
      const samples = singVowel(voice, vowel);
      const sums = new Float64Array(12);
      let count = 0;
      for (let at = 0; at + BLOCK <= samples.length; at += BLOCK) {
        engine.hear(samples.subarray(at, at + BLOCK), BLOCK);
        if (at < SKIPPED * BLOCK) continue;
        count++;
        for (let k = 0; k < 12; k++) sums[k]! += engine.mfcc[k]!;
      }
      return Array.from(sums, (sum) => Math.round((sum / count) * 1000) / 1000);
    }),
  ]),
);
writeFileSync(FILE, `${JSON.stringify(vowels)}\n`);
