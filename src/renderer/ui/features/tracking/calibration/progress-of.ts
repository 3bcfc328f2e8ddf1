import { VOWELS } from '../../../../../shared/domain/tracking-settings.ts';
import { FIT_STEP_MS, FIT_STEPS, VOICE_STEP_MS } from '../../../../pipeline/inspection.ts';
import type { Running } from './use-running.ts';

const NEUTRAL_MS = 2000;

interface CalibrationProgress {
  /** Of the whole, 0..1. */
  readonly share: number;
  readonly secondsLeft: number;
  /** From 1; of a calibration without steps 1 of 1. */
  readonly step: number;
  readonly steps: number;
}

/** `share` of an event is that of the whole calibration. Pure. */
export function progressOf(running: Running): CalibrationProgress {
  const [steps, ms, step] =
    running.kind === 'neutral'
      ? [1, NEUTRAL_MS, 1]
      : running.kind === 'fit'
        ? [FIT_STEPS.length, FIT_STEP_MS, FIT_STEPS.indexOf(running.step) + 1]
        : [VOWELS.length, VOICE_STEP_MS, VOWELS.indexOf(running.step) + 1];
  const share = Math.min(1, Math.max(0, running.share));
  const leftMs = Math.round((1 - share) * steps * ms);
  return { share, secondsLeft: Math.ceil(leftMs / 1000), step, steps };
}
