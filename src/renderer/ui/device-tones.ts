import type { PipelineReport } from '../../shared/domain/report.ts';
import type { Tone } from './components/state-line.tsx';

export const DEVICE_TONES: Record<PipelineReport['camera']['state'], Tone> = {
  off: 'quiet',
  starting: 'busy',
  running: 'good',
  failed: 'bad',
};
