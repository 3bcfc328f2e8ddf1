import { VOWELS, type VoiceProfile } from '../../../../shared/domain/tracking-settings.ts';

/** Coefficients of one spectrum, without the zeroth. */
export const MFCC_COUNT = 12;
/**
 * Of each vowel. wlipsync 1.3.1 computes only as many coefficients as its profile has entries, so there must be at
 * least MFCC_COUNT of them; to be lifted when it computes all.
 */
export const PROTOTYPES = 3;

const ENTRIES = VOWELS.length * PROTOTYPES;
const SAMPLE_RATE = 48_000;
/** uLipSync's own settings: 64 ms at 16 kHz through 30 mel filters, compared by the sum of differences. */
const TARGET_RATE = 16_000;
const TARGET_SAMPLES = 1024;
const MEL_FILTERS = 30;
const L1_NORM = 0;
const STANDARDIZE = 1;

/** What wlipsync's module gives; its package declares only the audio node around it. */
interface WlipsyncExports {
  load_profile(
    rate: number,
    samples: number,
    filters: number,
    compare: number,
    entries: number,
    perEntry: number,
    standardize: number,
  ): number;
  precompute_profile(): void;
  set_input(rate: number): void;
  get_input_buffer(): number;
  get_input_buffer_size(): number;
  get_volume_ptr(): number;
  execute(writtenTo: number): number;
  readonly mfccOut: WebAssembly.Global;
  readonly scores: WebAssembly.Global;
}

/**
 * Which vowel a voice says, by the MFCCs of the last 64 ms: the DSP of wlipsync (a port of uLipSync) without its
 * audio node, because calibration needs the coefficients and the node keeps them to itself. Allocates nothing after
 * construction.
 */
export class VowelEngine {
  /** 0..1 each, in the order of VOWELS; their sum is 1 when anything was heard. */
  readonly vowels = new Float32Array(VOWELS.length);
  /** RMS of the window. */
  rms = 0;
  /** Coefficients of the last window. Reused: copy what must be kept. */
  readonly mfcc: Float32Array;
  private readonly exports: WlipsyncExports;
  private readonly memory = new WebAssembly.Memory({ initial: 4 });
  private readonly input: Float32Array;
  private readonly scores: Float32Array;
  private readonly volume: Float32Array;
  private at = 0;

  /** @param module of wlipsync.wasm */
  constructor(module: WebAssembly.Module, profile: VoiceProfile) {
    const instance = new WebAssembly.Instance(module, { env: { memory: this.memory } });
    this.exports = instance.exports as unknown as WlipsyncExports;
    this.setProfile(profile);
    this.exports.set_input(SAMPLE_RATE);
    const { buffer } = this.memory;
    this.input = new Float32Array(
      buffer,
      this.exports.get_input_buffer(),
      this.exports.get_input_buffer_size(),
    );
    this.mfcc = new Float32Array(buffer, this.exports.mfccOut.value as number, MFCC_COUNT);
    this.scores = new Float32Array(buffer, this.exports.scores.value as number, ENTRIES);
    this.volume = new Float32Array(buffer, this.exports.get_volume_ptr(), 1);
  }

  /** A vowel with fewer prototypes than there are places repeats them. */
  setProfile({ vowels }: VoiceProfile): void {
    const address = this.exports.load_profile(
      TARGET_RATE,
      TARGET_SAMPLES,
      MEL_FILTERS,
      L1_NORM,
      ENTRIES,
      1,
      STANDARDIZE,
    );
    const table = new Float32Array(this.memory.buffer, address, ENTRIES * MFCC_COUNT);
    VOWELS.forEach((vowel, v) => {
      const given = vowels[vowel];
      for (let p = 0; p < PROTOTYPES; p++) {
        table.set(given[p % given.length]!, (v * PROTOTYPES + p) * MFCC_COUNT);
      }
    });
    this.exports.precompute_profile();
  }

  /** Takes the next samples, 48 kHz mono, and looks at the window that ends with them. @param length of them */
  hear(samples: Float32Array, length: number): void {
    const { input, vowels, scores } = this;
    for (let i = 0; i < length; i++) {
      input[this.at] = samples[i]!;
      this.at = (this.at + 1) % input.length;
    }
    this.exports.execute(this.at);
    this.rms = Number.isFinite(this.volume[0]!) ? this.volume[0]! : 0;
    let sum = 0;
    for (let v = 0; v < vowels.length; v++) {
      // The best prototype speaks for its vowel.
      let best = 0;
      for (let p = 0; p < PROTOTYPES; p++) {
        const score = scores[v * PROTOTYPES + p]!;
        if (score > best) best = score;
      }
      vowels[v] = best;
      sum += best;
    }
    for (let v = 0; v < vowels.length; v++) vowels[v] = sum > 0 ? vowels[v]! / sum : 0;
  }
}
