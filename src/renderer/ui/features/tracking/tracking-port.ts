import type { PipelineHandle } from '../../../pipeline/pipeline-handle.ts';
import { useStudio } from '../../studio-context.ts';

/** What the tracking screens ask of the pipeline. */
export type TrackingPort = Pick<
  PipelineHandle,
  | 'inspection'
  | 'setInspecting'
  | 'calibrate'
  | 'beginFit'
  | 'beginVoiceCalibration'
  | 'cancelCalibration'
  | 'pressExpression'
>;

export function useTrackingPort(): TrackingPort {
  return useStudio().pipeline;
}
