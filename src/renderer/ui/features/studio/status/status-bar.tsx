import { useTranslation } from 'react-i18next';
import { usePipelineStatus } from '../../../../state/pipeline-status.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { TrackingControls } from '../tracking/tracking-controls.tsx';
import { Elapsed } from './elapsed.tsx';
import { LiveBadge } from './live-badge.tsx';
import { LossCounters } from './loss-counters.tsx';
import { PictureSelect } from './picture-select.tsx';
import { TrackingState } from './tracking-state.tsx';

/** On air or not, for how long, how well, and what drives the avatar. */
export function StatusBar() {
  const { t } = useTranslation();
  return (
    <section aria-label={t('status.label')} className="rounded-xl bg-surface ring-1 ring-line">
      <div className="flex flex-wrap items-center gap-x-5 gap-y-2 border-line border-b px-4 py-4">
        <LiveBadge />
        <Elapsed />
        <TrackingState />
        <TrackingControls />
        <PictureFacts />
      </div>
      <LossCounters />
    </section>
  );
}

function PictureFacts() {
  const { t } = useTranslation();
  const fps = usePipelineStatus((state) => Math.round(state.report?.render.fps ?? 0));
  const restarts = useSnapshots((state) => state.stream?.media.restarts ?? 0);
  return (
    <div className="ml-auto flex items-center gap-3 text-muted text-xs tabular-nums">
      {restarts > 0 && <span className="text-warn">{t('status.restarts', { count: restarts })}</span>}
      <PictureSelect />
      <span>
        <span className="sr-only">{t('status.fpsLabel')}: </span>
        {t('status.fps', { fps })}
      </span>
    </div>
  );
}
