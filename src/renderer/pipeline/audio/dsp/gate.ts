import { dbToGain, keptPerSample } from './decibel.ts';

/** It closes this far under the level at which it opens, so that a voice near it does not flutter. */
const HYSTERESIS_DB = 6;
const ATTACK_S = 0.002;
const HOLD_S = 0.2;
const RELEASE_S = 0.06;
/** How fast the level is forgotten: longer than one period of the deepest voice. */
const LEVEL_S = 0.02;
/** Under -80 dB it is shut: exact silence. */
const SHUT = 1e-4;

export interface GateSettings {
  readonly on: boolean;
  readonly thresholdDb: number;
}

/** Noise gate: silence while nobody speaks. */
export class Gate {
  private readonly attack: number;
  private readonly release: number;
  private readonly levelKept: number;
  private readonly holdFrames: number;
  private on = false;
  private openAt = 0;
  private closeAt = 0;
  private level = 0;
  private held = 0;
  private wide = true;
  private gain = 1;

  constructor(sampleRate: number) {
    this.attack = keptPerSample(ATTACK_S, sampleRate);
    this.release = keptPerSample(RELEASE_S, sampleRate);
    this.levelKept = keptPerSample(LEVEL_S, sampleRate);
    this.holdFrames = HOLD_S * sampleRate;
  }

  configure({ on, thresholdDb }: GateSettings): void {
    this.on = on;
    this.openAt = dbToGain(thresholdDb);
    this.closeAt = dbToGain(thresholdDb - HYSTERESIS_DB);
  }

  /** It lets sound through, or is still closing. */
  get open(): boolean {
    return this.gain > 0;
  }

  /** @param amplitude louder side of the frame @returns the factor for it */
  next(amplitude: number): number {
    this.level = Math.max(amplitude, this.level * this.levelKept);
    if (!this.on || this.level >= this.openAt) {
      this.wide = true;
      this.held = 0;
    } else if (this.wide && this.level < this.closeAt && ++this.held > this.holdFrames) {
      this.wide = false;
    }
    if (this.wide) {
      if (this.gain < 1) this.gain = this.gain > 1 - SHUT ? 1 : 1 - (1 - this.gain) * this.attack;
    } else if (this.gain > 0) {
      this.gain = this.gain < SHUT ? 0 : this.gain * this.release;
    }
    return this.gain;
  }
}
