import { create } from 'zustand';
import type { CalibrationEvent } from '../pipeline/inspection.ts';

/** How the calibration that runs gets on, or how the last one ended; null: there was none. */
export const useCalibration = create<{ readonly event: CalibrationEvent | null }>()(() => ({ event: null }));
