import { dbToGain, gainToDb, keptPerSample } from './decibel.ts';

const KNEE_DB = 6;
const ATTACK_S = 0.005;
const RELEASE_S = 0.12;
/** Less than this is not worth a power of ten. */
const NOTHING_DB = 0.001;

export interface CompressorSettings {
  readonly on: boolean;
  readonly thresholdDb: number;
  readonly ratio: number;
}

/**
 * What is taken away from a level: nothing under the knee, all but 1/ratio above it, a parabola between. Pure; D.
 * Giannoulis, M. Massberg, J. D. Reiss, «Digital Dynamic Range Compressor Design», J. Audio Eng. Soc. 60 (6), 2012,
 * eq. 4.
 * @returns dB, 0 or more
 */
export function reductionDb(levelDb: number, { thresholdDb, ratio }: CompressorSettings): number {
  const over = levelDb - thresholdDb;
  const slope = 1 - 1 / ratio;
  if (over <= -KNEE_DB / 2) return 0;
  if (over >= KNEE_DB / 2) return slope * over;
  return (slope * (over + KNEE_DB / 2) ** 2) / (2 * KNEE_DB);
}

/**
 * Feed-forward compressor without make-up gain; the reduction is smoothed (same paper, eq. 17: decoupled peak
 * detector), so that new settings do not click either.
 */
export class Compressor {
  private readonly attack: number;
  private readonly release: number;
  private settings: CompressorSettings = { on: false, thresholdDb: 0, ratio: 1 };
  private kneeBegins = Number.POSITIVE_INFINITY;
  private held = 0;
  private taken = 0;

  constructor(sampleRate: number) {
    this.attack = keptPerSample(ATTACK_S, sampleRate);
    this.release = keptPerSample(RELEASE_S, sampleRate);
  }

  configure(settings: CompressorSettings): void {
    this.settings = settings;
    this.kneeBegins = settings.on ? dbToGain(settings.thresholdDb - KNEE_DB / 2) : Number.POSITIVE_INFINITY;
  }

  /** What it takes away at this moment, dB, 0 or more. */
  get takenDb(): number {
    return this.taken;
  }

  /** @param amplitude louder side of the frame @returns the factor for it */
  next(amplitude: number): number {
    const wanted = amplitude > this.kneeBegins ? reductionDb(gainToDb(amplitude), this.settings) : 0;
    this.held = Math.max(wanted, this.held * this.release + wanted * (1 - this.release));
    this.taken = this.taken * this.attack + this.held * (1 - this.attack);
    if (this.taken >= NOTHING_DB) return dbToGain(-this.taken);
    if (wanted === 0 && this.held < NOTHING_DB) {
      this.held = 0;
      this.taken = 0;
    }
    return 1;
  }
}
