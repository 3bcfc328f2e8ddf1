import type { Vowel } from '../../src/shared/domain/tracking-settings.ts';

/** Who says it: the pitch of the voice, Hz, and what the length of the vocal tract does to its formants. */
export interface Voice {
  readonly pitchHz: number;
  readonly formants: Readonly<Record<Vowel, readonly [number, number, number]>>;
}

/**
 * First three formants, Hz, of men, women and children: the means of Peterson and Barney, «Control Methods Used in a
 * Study of the Vowels», JASA 24 (1952), for /ɑ/, /i/, /u/, /ɛ/ and /ɔ/.
 */
export const VOICES: readonly Voice[] = [
  {
    pitchHz: 128,
    formants: {
      A: [730, 1090, 2440],
      I: [270, 2290, 3010],
      U: [300, 870, 2240],
      E: [530, 1840, 2480],
      O: [570, 840, 2410],
    },
  },
  {
    pitchHz: 216,
    formants: {
      A: [850, 1220, 2810],
      I: [310, 2790, 3310],
      U: [370, 950, 2670],
      E: [610, 2330, 2990],
      O: [590, 920, 2710],
    },
  },
  {
    pitchHz: 262,
    formants: {
      A: [1030, 1370, 3170],
      I: [370, 3200, 3730],
      U: [430, 1170, 3260],
      E: [690, 2610, 3570],
      O: [680, 1060, 3180],
    },
  },
];

const BANDWIDTHS = [70, 100, 170];
/** What the lips and the source do to the spectrum: two one-pole low-passes of a pulse train. */
const SOURCE_POLE = 0.9;
const VIBRATO = 0.02;

/**
 * A sung vowel: a pulse train through three resonators in a row (Klatt, «Software for a cascade/parallel formant
 * synthesizer», JASA 67 (1980)).
 * @param seconds how long. @param level peak, 0..1. @returns mono samples
 */
export function singVowel(
  voice: Voice,
  vowel: Vowel,
  { sampleRate = 48_000, seconds = 1, level = 0.3 } = {},
): Float32Array {
  const length = Math.round(seconds * sampleRate);
  const out = new Float64Array(length);
  let phase = 0;
  for (let i = 0; i < length; i++) {
    const sway = 1 + VIBRATO * Math.sin((2 * Math.PI * 5 * i) / sampleRate);
    phase += (voice.pitchHz * sway) / sampleRate;
    if (phase < 1) continue;
    phase -= 1;
    out[i] = 1;
  }
  for (let pass = 0; pass < 2; pass++) {
    let last = 0;
    for (let i = 0; i < length; i++) {
      last = out[i]! + SOURCE_POLE * last;
      out[i] = last;
    }
  }
  voice.formants[vowel].forEach((hz, k) => {
    const r = Math.exp((-Math.PI * BANDWIDTHS[k]!) / sampleRate);
    const c = 2 * r * Math.cos((2 * Math.PI * hz) / sampleRate);
    const gain = 1 - c + r * r;
    let one = 0;
    let two = 0;
    for (let i = 0; i < length; i++) {
      const y = gain * out[i]! + c * one - r * r * two;
      two = one;
      one = y;
      out[i] = y;
    }
  });
  const mean = out.reduce((sum, value) => sum + value, 0) / length;
  let peak = 0;
  for (const value of out) peak = Math.max(peak, Math.abs(value - mean));
  return Float32Array.from(out, (value) => ((value - mean) / peak) * level);
}
