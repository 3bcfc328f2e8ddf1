import { VOWELS, type VoiceProfile, type Vowel } from '../../../../shared/domain/tracking-settings.ts';
import { VOICE_STEP_MS } from '../../inspection.ts';
import { MFCC_COUNT, PROTOTYPES } from './vowel-engine.ts';

/** Softer than this nothing is being said: −46 dB. */
const VOICED_RMS = 0.005;
/** A tenth of a second for each prototype: with less of it, a vowel was not said. */
const VOICED_MIN = PROTOTYPES * 5;
/** The voice is found and the mouth formed in the first part of each step. */
const SETTLE_MS = 400;
const STEP_WINDOWS_MAX = 400;

export type VoiceCalibrationResult =
  | { readonly state: 'running'; readonly step: Vowel; readonly share: number }
  | { readonly state: 'done'; readonly profile: VoiceProfile }
  | { readonly state: 'failed' };

/**
 * Ten seconds of vowels, two each: collects the coefficients of what is said and takes the means of PROTOTYPES
 * stretches of each vowel. Pure; its clock is the sound's.
 */
export class VoiceCalibration {
  private readonly heard: Float32Array[][] = VOWELS.map(() => []);
  private startMs = Number.NaN;

  /**
   * Takes one window.
   * @param atMs when it was said; grows from call to call
   */
  add(mfcc: Float32Array, rms: number, atMs: number): VoiceCalibrationResult {
    if (Number.isNaN(this.startMs)) this.startMs = atMs;
    const passedMs = atMs - this.startMs;
    const step = Math.floor(passedMs / VOICE_STEP_MS);
    if (step >= VOWELS.length) return this.result();
    const windows = this.heard[step]!;
    const settled = passedMs - step * VOICE_STEP_MS >= SETTLE_MS;
    if (settled && rms >= VOICED_RMS && windows.length < STEP_WINDOWS_MAX) windows.push(mfcc.slice());
    return { state: 'running', step: VOWELS[step]!, share: passedMs / (VOWELS.length * VOICE_STEP_MS) };
  }

  private result(): VoiceCalibrationResult {
    if (this.heard.some((windows) => windows.length < VOICED_MIN)) return { state: 'failed' };
    const vowels = Object.fromEntries(
      VOWELS.map((vowel, v) => [vowel, prototypes(this.heard[v]!)]),
    ) as VoiceProfile['vowels'];
    return { state: 'done', profile: { vowels } };
  }
}

/** Means of equal stretches: a vowel wanders while it is held. */
function prototypes(windows: readonly Float32Array[]): number[][] {
  return Array.from({ length: PROTOTYPES }, (_, p) => {
    const from = Math.floor((p * windows.length) / PROTOTYPES);
    const part = windows.slice(from, Math.floor(((p + 1) * windows.length) / PROTOTYPES));
    return Array.from({ length: MFCC_COUNT }, (_unused, k) => {
      const mean = part.reduce((sum, window) => sum + window[k]!, 0) / part.length;
      return Math.round(mean * 1000) / 1000;
    });
  });
}
