import type { DestinationState } from '../../../../../shared/domain/stream-state.ts';
import type { Tone } from '../../../components/state-line.tsx';

export const DESTINATION_TONES: Record<DestinationState, Tone> = {
  idle: 'quiet',
  connecting: 'busy',
  live: 'good',
  reconnecting: 'warn',
  stopping: 'busy',
  ended: 'quiet',
  failed: 'bad',
};
