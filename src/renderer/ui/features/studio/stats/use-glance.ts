import { usePipelineStatus } from '../../../../state/pipeline-status.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { lostPercent } from './numbers.ts';

export interface Glance {
  readonly fps: number;
  readonly sentKbps: number;
  /** Lost of the frames since go-live, percent; null before there are any. */
  readonly lost: number | null;
}

/** The three numbers that are always in view. */
export function useGlance(): Glance {
  const drawn = usePipelineStatus((state) => state.report?.render.fps ?? 0);
  const health = useSnapshots((state) => state.health);
  const counted = useSnapshots((state) => (state.stream?.losses.frames ?? 0) > 0);
  return {
    fps: Math.round(health?.stages.render.fps ?? drawn),
    sentKbps: health?.sentKbps ?? 0,
    lost: health && counted ? lostPercent(health.losses) : null,
  };
}
