import type { CalibrationEvent } from '../../../../pipeline/inspection.ts';
import { useCalibration } from '../../../../state/calibration.ts';

export type Running = Extract<CalibrationEvent, { state: 'running' }>;

/** The calibration that runs, if one does. */
export function useRunning(): Running | null {
  return useCalibration(({ event }) => (event?.state === 'running' ? event : null));
}
