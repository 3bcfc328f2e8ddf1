import { MAX_TRACKING_STATES, type PipelineReport } from '../../shared/domain/report.ts';

type Entry = PipelineReport['tracking']['states'][number];

/** Since when tracking was in which state: the newest of them. */
export class StateLog {
  private readonly kept: Entry[] = [];

  get entries(): readonly Entry[] {
    return this.kept;
  }

  /** @param nowMs when it was looked at, in ms since the page began */
  note(state: Entry['state'], nowMs: number): void {
    if (this.kept.at(-1)?.state === state) return;
    this.kept.push({ at: Math.round(nowMs), state });
    if (this.kept.length > MAX_TRACKING_STATES) this.kept.shift();
  }
}
