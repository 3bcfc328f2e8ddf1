import type { PipelineReport } from '../../../shared/domain/report.ts';
import { ReasonError } from '../../../shared/errors.ts';

interface Reports {
  /** The newest; null before the first. */
  readonly report: PipelineReport | null;
  onReport(listener: (report: PipelineReport) => void): () => void;
}

/**
 * Resolves with the first report (the current one included) that fits. Rejects with what `fits` throws, with `reason`
 * after `timeoutMs`, and with the signal's own.
 */
export function firstReport(
  reports: Reports,
  fits: (report: PipelineReport) => boolean,
  timeoutMs: number,
  reason: ReasonError,
  signal?: AbortSignal,
): Promise<PipelineReport> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      off();
      signal?.removeEventListener('abort', onAbort);
      settle();
    };
    const look = (report: PipelineReport) => {
      try {
        if (fits(report)) finish(() => resolve(report));
      } catch (error) {
        finish(() => reject(error));
      }
    };
    const off = reports.onReport(look);
    const onAbort = () => finish(() => reject(signal?.reason));
    const timer = setTimeout(() => finish(() => reject(reason)), timeoutMs);
    if (signal?.aborted) onAbort();
    else if (reports.report) look(reports.report);
    signal?.addEventListener('abort', onAbort);
  });
}

/** A page that says nothing of itself must not keep anything waiting for ever. */
const FIRST_SCREEN_MS = 10_000;

/** Until the page has shown itself: what is not needed for the first picture takes nothing away from it. */
export async function afterFirstScreen(reports: Reports): Promise<void> {
  const silent = new ReasonError('host.page-silent');
  await firstReport(reports, () => true, FIRST_SCREEN_MS, silent).catch((error: unknown) => {
    if (error !== silent) throw error;
  });
}
