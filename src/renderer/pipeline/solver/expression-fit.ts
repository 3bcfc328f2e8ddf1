import { ARKIT_CHANNELS, ARKIT_COUNT, type ArkitChannel } from '../../../shared/domain/arkit.ts';
import type { Ranges } from '../../../shared/domain/tracking-settings.ts';
import { clamp, clamp01 } from '../../../shared/math/scalar.ts';
import { FIT_STEP_MS, FIT_STEPS, type FitStep } from '../inspection.ts';

/** The beginning of each step, in which the person reads what to do. */
const REACT_MS = 1200;
/** Fewer frames with a face in a step than this teach nothing. */
const FRAMES_MIN = 10;
/** A channel counts as shown when its strongest lies this far above its rest; less may be noise. */
const SHOWN = 0.2;
/** The share of a step's frames that stay below what counts as its strongest. */
const STRONG = 0.88;
const RESTING = 0.9;
const BINS = 100;

/** Which channels each step asks for. */
const ASKED: Readonly<Record<FitStep, RegExp | null>> = {
  rest: null,
  smile: /^(mouthSmile|cheekSquint|mouthDimple|mouthUpperUp|mouthStretch)/,
  open: /^(jawOpen|mouthLowerDown)/,
  pucker: /^(mouthPucker|mouthFunnel)/,
  brows: /^(brow)/,
  eyes: /^(eyeBlink|eyeSquint|eyeWide)/,
};

const stepOf = (channel: ArkitChannel): number => FIT_STEPS.findIndex((step) => ASKED[step]?.test(channel));
const STEP_OF: Int32Array = Int32Array.from(ARKIT_CHANNELS, stepOf);

/**
 * Learns how far this person's scores go: 30 s in which they are asked for one expression after the other. Kept as a
 * histogram per channel, of its own step and of the rest; nothing is allocated but by the result.
 */
export class ExpressionFit {
  private readonly shown = new Uint16Array(ARKIT_COUNT * BINS);
  private readonly rest = new Uint16Array(ARKIT_COUNT * BINS);
  private readonly frames = new Uint16Array(FIT_STEPS.length);
  private startedMs = Number.NaN;
  private nowMs = 0;
  busy = false;

  begin(): void {
    this.busy = true;
    this.startedMs = Number.NaN;
    this.shown.fill(0);
    this.rest.fill(0);
    this.frames.fill(0);
  }

  cancel(): void {
    this.busy = false;
  }

  get step(): FitStep {
    return FIT_STEPS[this.stepIndex]!;
  }

  /** 0..1 of the whole fit. */
  get share(): number {
    return clamp01(this.elapsedMs / (FIT_STEPS.length * FIT_STEP_MS));
  }

  /** Takes the raw scores of a found frame that can be trusted. */
  add(raw: Float64Array): void {
    if (!this.busy || Number.isNaN(this.startedMs)) return;
    const step = this.stepIndex;
    if (this.elapsedMs - step * FIT_STEP_MS < REACT_MS) return;
    this.frames[step] = this.frames[step]! + 1;
    for (let i = 0; i < ARKIT_COUNT; i++) {
      if (step !== 0 && STEP_OF[i] !== step) continue;
      const at = i * BINS + Math.min(BINS - 1, Math.floor(raw[i]! * BINS));
      const into = step === 0 ? this.rest : this.shown;
      into[at] = into[at]! + 1;
    }
  }

  /** Moves on with the clock. A step in which nobody was seen ends the fit. */
  look(nowMs: number): 'running' | 'complete' | 'failed' {
    if (Number.isNaN(this.startedMs)) this.startedMs = nowMs;
    const before = this.stepIndex;
    this.nowMs = nowMs;
    const done = this.elapsedMs >= FIT_STEPS.length * FIT_STEP_MS;
    if ((done || this.stepIndex !== before) && this.frames[before]! < FRAMES_MIN) return 'failed';
    return done ? 'complete' : 'running';
  }

  result(): Ranges {
    this.busy = false;
    return {
      top: Array.from({ length: ARKIT_COUNT }, (_, i) => {
        if (STEP_OF[i]! < 0) return 1;
        const top = percentile(this.shown, i, STRONG);
        return top - percentile(this.rest, i, RESTING) < SHOWN ? 1 : top;
      }),
    };
  }

  private get elapsedMs(): number {
    return Number.isNaN(this.startedMs) ? 0 : this.nowMs - this.startedMs;
  }

  private get stepIndex(): number {
    return clamp(Math.floor(this.elapsedMs / FIT_STEP_MS), 0, FIT_STEPS.length - 1);
  }
}

/** The upper edge of the bin below which `share` of a channel's frames lie; 0 without frames. */
function percentile(histogram: Uint16Array, channel: number, share: number): number {
  const bins = histogram.subarray(channel * BINS, (channel + 1) * BINS);
  const total = bins.reduce((sum, n) => sum + n, 0);
  if (total === 0) return 0;
  let below = 0;
  for (let bin = 0; bin < BINS; bin++) {
    below += bins[bin]!;
    if (below >= share * total) return (bin + 1) / BINS;
  }
  return 1;
}
