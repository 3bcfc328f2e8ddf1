import type { PipelineReport } from '../../../shared/domain/report.ts';
import type { StudioSettings, StudioSnapshot } from '../../../shared/domain/studio.ts';
import type { StageMetrics } from '../stage/messages.ts';
import type { TrackingPlan } from '../tracking-plan.ts';
import { Governor } from './governor.ts';
import type { LoadSample } from './load.ts';

/** Numbers that only grow, as they were at the look before. */
interface Counted {
  readonly ticks: number;
  readonly late: number;
  readonly encoded: number;
  readonly skipped: number;
}

interface Shown {
  readonly avatarId: string;
  readonly width: number;
  readonly height: number;
}

/** Makes samples of what the stage and the trackers count, and asks the governor once a second. */
export class LoadWatch {
  private readonly governor = new Governor();
  private before: Counted | null = null;
  /** Avatar and size of the picture at the look before. */
  private shown: Shown | null = null;

  /** What is told of it: see PipelineReport. */
  get report(): PipelineReport['governor'] {
    return { steps: [...this.governor.steps], levers: this.governor.state };
  }

  /** Looks at the newest numbers. @returns whether the levers moved */
  look(snapshot: StudioSnapshot, stage: StageMetrics, plan: TrackingPlan, nowMs: number): boolean {
    this.quietWhenChanged(snapshot.settings, nowMs);
    if (!snapshot.settings.tracking.governor) {
      this.before = null;
      return this.governor.release(nowMs) !== null;
    }
    const counted = countsOf(stage);
    const since = this.before;
    this.before = counted;
    // The counts of a stage that began anew are smaller.
    if (!since || counted.ticks < since.ticks) return false;
    return this.governor.look(sampleOf(snapshot, stage, plan, since, counted), nowMs) !== null;
  }

  get levers() {
    return this.governor.state;
  }

  /** Another avatar or picture is loaded and compiled first: that says nothing about what comes after. */
  private quietWhenChanged({ avatarId, picture: { width, height } }: StudioSettings, nowMs: number): void {
    const { shown } = this;
    if (shown && shown.avatarId === avatarId && shown.width === width && shown.height === height) return;
    this.shown = { avatarId, width, height };
    if (shown) this.governor.quiet(nowMs);
  }
}

function countsOf({ render, encode }: StageMetrics): Counted {
  return {
    ticks: render.frames + render.late,
    late: render.late,
    encoded: encode.frames + encode.skipped,
    skipped: encode.skipped,
  };
}

function sampleOf(
  { settings, broadcast }: StudioSnapshot,
  stage: StageMetrics,
  plan: TrackingPlan,
  since: Counted,
  now: Counted,
): LoadSample {
  const { fps } = settings.picture;
  const share = (part: number, whole: number) => (whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 0);
  return {
    tickMs: 1000 / fps,
    renderP95Ms: stage.render.p95Ms,
    renderFps: stage.render.fps,
    wantedFps: fps,
    lateShare: share(now.late - since.late, now.ticks - since.ticks),
    encodeSkippedShare: share(now.skipped - since.skipped, now.encoded - since.encoded),
    trackers: { face: plan.face !== null, pose: plan.pose !== null, hands: plan.hands !== null },
    springs: stage.springs,
    presetMatters: broadcast?.x264 === true,
    live: broadcast !== null,
  };
}
