import type { PipelineReport } from '../../shared/domain/report.ts';
import type { StudioSnapshot } from '../../shared/domain/studio.ts';

/** Viewers hear a sound beside the microphone, whatever the microphone does. Pure. */
export function secondPlays(studio: StudioSnapshot | null, report: PipelineReport | null): boolean {
  if (!studio || studio.panic || studio.settings.secondSource.source === 'none') return false;
  return report?.sound.state === 'running';
}
