import type { PipelineReport } from '../../../../shared/domain/report.ts';
import type { Tone } from '../../components/state-line.tsx';

export type TrackingWords = PipelineReport['tracking']['state'] | 'recorded' | 'none' | 'waiting';

export const TRACKING_TONES: Record<TrackingWords, Tone> = {
  waiting: 'busy',
  tracking: 'good',
  'no-camera': 'quiet',
  'no-face': 'warn',
  'low-confidence': 'warn',
  recorded: 'quiet',
  none: 'quiet',
};

/** The state that is told in words of a report; before the first one it is waited for. */
export function trackingWords(tracking: PipelineReport['tracking'] | undefined): TrackingWords {
  if (!tracking) return 'waiting';
  if (tracking.source === 'recorded') return 'recorded';
  return tracking.source === 'none' ? 'none' : tracking.state;
}
