import type { ChainBlock } from './chain-messages.ts';

/** Level of the microphone behind its chain, 0..1; polled at the screen's rate. Nothing while muted or off. */
export interface LevelMeter {
  peak: number;
  rms: number;
  /** A sample of the last half second was at full scale, at the device or on its way out. */
  clipped: boolean;
  /** What compressor and limiter take away at this moment, dB, 0 or more. */
  reductionDb: number;
  /** False while the gate keeps the microphone shut. */
  gateOpen: boolean;
}

/** What the peak keeps from one block of 20 ms to the next: about 26 dB a second. */
const PEAK_DECAY = 0.94;
const CLIP_HELD_MS = 500;

export function clearMeter(): LevelMeter {
  return { peak: 0, rms: 0, clipped: false, reductionDb: 0, gateOpen: true };
}

/** Writes a meter from the chain's blocks: the peak falls slowly, the clip light stays for half a second. */
export class MeterReader {
  private readonly meter: LevelMeter;
  private clippedAtMs = Number.NEGATIVE_INFINITY;

  constructor(meter: LevelMeter) {
    this.meter = meter;
  }

  add(block: Omit<ChainBlock, 'samples' | 'frame'>, nowMs: number): void {
    if (block.clipped) this.clippedAtMs = nowMs;
    const { meter } = this;
    meter.peak = Math.max(block.peak, meter.peak * PEAK_DECAY);
    meter.rms = block.rms;
    meter.clipped = nowMs - this.clippedAtMs < CLIP_HELD_MS;
    meter.reductionDb = block.reductionDb;
    meter.gateOpen = block.gateOpen;
  }

  quiet(): void {
    this.clippedAtMs = Number.NEGATIVE_INFINITY;
    Object.assign(this.meter, clearMeter());
  }
}
