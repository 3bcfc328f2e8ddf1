/** What the machine has to do and how it copes, since the sample before. */
export interface LoadSample {
  /** Time between two pictures, ms. */
  readonly tickMs: number;
  /** Null until something was drawn. */
  readonly renderP95Ms: number | null;
  readonly renderFps: number;
  readonly wantedFps: number;
  /** Share of the ticks that were left out or late, 0..1. */
  readonly lateShare: number;
  /** Share of the pictures that the encoder left out, 0..1. */
  readonly encodeSkippedShare: number;
  /** What is tracked on the camera. */
  readonly trackers: Readonly<Record<'face' | 'pose' | 'hands', boolean>>;
  /** Joints of hair and cloth of the avatar. */
  readonly springs: number;
  /** A software encoder outside this page compresses the pictures: its preset can be changed. */
  readonly presetMatters: boolean;
  readonly live: boolean;
}

/** Why a step was taken, with the numbers that are told. */
export type Cause =
  | { readonly kind: 'render-time' | 'spare'; readonly p95: number; readonly tick: number }
  | { readonly kind: 'late'; readonly late: number }
  | { readonly kind: 'rate'; readonly fps: number; readonly wanted: number }
  | { readonly kind: 'encode'; readonly skipped: number }
  | { readonly kind: 'off' };

/** Shares above which pictures are lost, and below which there is room; what lies between changes nothing. */
const OVER = { late: 0.08, rate: 0.9, skipped: 0.05, render: 0.95 };
const SPARE = { late: 0.02, rate: 0.95, skipped: 0.005, render: 0.6 };

const percent = (share: number): number => Math.round(share * 100);

/** Why there is too much to do; null when there is not. Pure. */
export function overload(load: LoadSample): Cause | null {
  const { tickMs, renderP95Ms, renderFps, wantedFps, lateShare, encodeSkippedShare } = load;
  if (encodeSkippedShare > OVER.skipped) return { kind: 'encode', skipped: percent(encodeSkippedShare) };
  if (renderFps < wantedFps * OVER.rate) {
    return { kind: 'rate', fps: Math.round(renderFps), wanted: Math.round(wantedFps) };
  }
  if (lateShare > OVER.late) return { kind: 'late', late: percent(lateShare) };
  if (renderP95Ms !== null && renderP95Ms > tickMs * OVER.render) {
    return { kind: 'render-time', p95: Math.round(renderP95Ms), tick: Math.round(tickMs) };
  }
  return null;
}

/** Why something could be taken back; null when there is no room. Pure. */
export function room(load: LoadSample): Cause | null {
  const { tickMs, renderP95Ms, renderFps, wantedFps, lateShare, encodeSkippedShare } = load;
  const fits =
    renderP95Ms !== null &&
    renderP95Ms < tickMs * SPARE.render &&
    renderFps >= wantedFps * SPARE.rate &&
    lateShare <= SPARE.late &&
    encodeSkippedShare <= SPARE.skipped;
  return fits ? { kind: 'spare', p95: Math.round(renderP95Ms), tick: Math.round(tickMs) } : null;
}
