import { create } from 'zustand';
import type { PipelineReport } from '../../shared/domain/report.ts';

interface PipelineStatus {
  readonly report: PipelineReport | null;
}

/** What the pipeline says once a second; anything faster is drawn without React. */
export const usePipelineStatus = create<PipelineStatus>()(() => ({ report: null }));
