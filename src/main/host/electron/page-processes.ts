import { app, type ProcessMetric } from 'electron';

/** All of Chromium's processes but this one and the media engine's, the page's own first. */
function pageProcesses(mediaPid: number | undefined): ProcessMetric[] {
  return app
    .getAppMetrics()
    .filter(({ type, pid }) => type !== 'Browser' && pid !== mediaPid)
    .sort((a, b) => Number(b.type === 'Tab') - Number(a.type === 'Tab'));
}

export function pagePids(mediaPid: number | undefined): number[] {
  return pageProcesses(mediaPid).map(({ pid }) => pid);
}

/** Resident memory of them in MB. */
export function pageMemoryMb(mediaPid: number | undefined): number {
  const kilobytes = pageProcesses(mediaPid).reduce((sum, { memory }) => sum + memory.workingSetSize, 0);
  return Math.round(kilobytes / 102.4) / 10;
}
