import { EyeOff, ShieldCheck, VideoOff } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePipelineStatus } from '../../../../state/pipeline-status.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { cx } from '../../../components/cx.ts';
import { StateLine } from '../../../components/state-line.tsx';
import { SwitchRow } from '../../../components/switch-row.tsx';
import { TRACKING_TONES, trackingWords } from '../tracking-words.ts';
import type { InspectorLoop } from './inspector-loop.ts';
import { paintOverlay } from './overlay.ts';
import { useCameraStream } from './use-camera-stream.ts';

const USUAL_SHAPE = 16 / 9;

/** The camera's picture with what was found in it. It is shown here and nowhere else. */
export function CameraView({ loop }: { readonly loop: InspectorLoop }) {
  const { t } = useTranslation('tracking');
  const video = useRef<HTMLVideoElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [mirror, setMirror] = useState(true);
  const [shown, setShown] = useState(false);
  const panic = useSnapshots((state) => state.studio?.panic ?? false);
  useCameraStream(video, setShown);
  useEffect(() => {
    const surface = canvas.current;
    const paint = surface?.getContext('2d');
    if (!surface || !paint) return;
    return loop.add((feed) => {
      const { videoWidth = 0, videoHeight = 0 } = video.current ?? {};
      paintOverlay(surface, paint, feed, videoHeight > 0 ? videoWidth / videoHeight : USUAL_SHAPE);
    });
  }, [loop]);
  return (
    <div>
      <div
        role="img"
        aria-label={t('picture.label')}
        className="keep-colours relative aspect-video overflow-hidden rounded-lg bg-well ring-1 ring-line"
      >
        <div className={cx('absolute inset-0', mirror && '-scale-x-100')}>
          <video
            ref={video}
            autoPlay
            muted
            playsInline
            className="absolute inset-0 size-full object-contain"
          />
          <canvas ref={canvas} data-testid="landmarks" className="absolute inset-0 size-full" />
        </div>
        {!shown && (
          <span className="absolute inset-0 flex items-center justify-center gap-2 text-muted text-xs">
            <VideoOff aria-hidden className="size-4" />
            {t('picture.none')}
          </span>
        )}
      </div>
      <div className="mt-2 flex min-h-7 flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <TrackingWords />
        <SwitchRow label={t('picture.mirror')} checked={mirror} onChange={setMirror} />
      </div>
      <p className="mt-1 flex items-start gap-1.5 text-muted text-xs">
        {panic ? (
          <EyeOff aria-hidden className="mt-px size-3.5 shrink-0 text-warn" />
        ) : (
          <ShieldCheck aria-hidden className="mt-px size-3.5 shrink-0 text-good" />
        )}
        {t(panic ? 'picture.panic' : 'picture.private')}
      </p>
    </div>
  );
}

function TrackingWords() {
  const { t } = useTranslation();
  const words = usePipelineStatus((state) => trackingWords(state.report?.tracking));
  const faces = usePipelineStatus((state) => state.report?.tracking.faces ?? 0);
  return (
    <div role="status" data-testid="inspector-state" className="grid min-w-0 gap-0.5">
      <StateLine tone={TRACKING_TONES[words]}>{t(`tracking.short.${words}`)}</StateLine>
      {faces > 1 && <span className="text-warn text-xs">{t('tracking.twoFaces', { count: faces })}</span>}
    </div>
  );
}
