import type { PipelineReport } from '../../../shared/domain/report.ts';
import type { MediaStatus, StreamSnapshot } from '../../../shared/domain/stream-state.ts';

/** What the page tells of its encode of one session: the render and encode counters live there. */
export class PageEncode {
  #report: PipelineReport | null = null;
  #skipped = 0;

  /** As the page names it. */
  get encoder(): string {
    return this.#report?.encode.encoder ?? 'none';
  }

  /** Without an encoder nothing will ever come; one that can be replaced is, by the page itself. */
  get isImpossible(): boolean {
    if (!this.#report) return false;
    const { reason, renditions } = this.#report.encode;
    return [reason, ...renditions.map((each) => each.reason)].includes('encoder.unsupported');
  }

  reset(): void {
    this.#report = null;
  }

  /** @param status of the media process at this moment, which may encode in the page's place */
  take(report: PipelineReport, status: MediaStatus): void {
    this.#report = report;
    this.#skipped = report.encode.skipped + (status.encoder?.skipped ?? 0);
  }

  losses({ destinations }: MediaStatus): StreamSnapshot['losses'] {
    const network = destinations.reduce((sum, { dropped }) => sum + dropped, 0);
    if (!this.#report) return { render: 0, encode: 0, network, frames: 0 };
    const { live, encode } = this.#report;
    return { render: live.late, encode: this.#skipped, network, frames: Math.max(live.ticks, encode.frames) };
  }
}
