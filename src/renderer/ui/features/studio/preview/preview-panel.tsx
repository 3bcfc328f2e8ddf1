import { EyeOff, Film, Headphones } from 'lucide-react';
import { type CSSProperties, type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { isUpright } from '../../../../../shared/domain/studio.ts';
import { onAirOf } from '../../../../state/on-air.ts';
import { usePipelineStatus } from '../../../../state/pipeline-status.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Button } from '../../../components/button.tsx';
import { cx } from '../../../components/cx.ts';
import { Problem } from '../../../components/problem.tsx';
import { ToneIcon } from '../../../components/state-line.tsx';
import { useStudio } from '../../../studio-context.ts';
import { useActions } from '../use-actions.ts';
import { PlacementOverlay } from './placement-overlay.tsx';

const RINGS = {
  idle: 'ring-1 ring-line',
  starting: 'ring-2 ring-accent',
  live: 'ring-2 ring-danger',
  reconnecting: 'ring-2 ring-warn',
  stopping: 'ring-2 ring-accent',
  // Never the colour of live: nobody sees it.
  rehearsal: 'ring-2 ring-accent',
  recording: 'ring-2 ring-accent/60',
} as const;

/** The programme, as viewers get it, with what must not be overlooked on top. */
export function PreviewPanel() {
  const { t } = useTranslation();
  const { previewCanvas } = useStudio();
  const frame = useRef<HTMLDivElement>(null);
  const width = useSnapshots((state) => state.studio?.settings.picture.width ?? 16);
  const height = useSnapshots((state) => state.studio?.settings.picture.height ?? 9);
  const transparent = useSnapshots((state) => state.studio?.scene.background.kind === 'transparent');
  const onAir = useSnapshots((state) => onAirOf(state.stream));
  const panic = useSnapshots((state) => state.studio?.panic ?? false);
  const label = t('preview.label');
  const upright = isUpright({ width, height });

  useEffect(() => {
    previewCanvas.className = 'keep-colours absolute inset-0 size-full';
    previewCanvas.setAttribute('role', 'img');
    previewCanvas.setAttribute('aria-label', label);
    frame.current?.prepend(previewCanvas);
    return () => previewCanvas.remove();
  }, [previewCanvas, label]);

  return (
    <div
      style={{ '--shape': width / height } as CSSProperties}
      className={cx(
        'fit-box grid min-h-0 min-w-0 place-items-center',
        upright
          ? 'h-[min(70vh,40rem)] lg:aspect-(--shape) lg:h-full'
          : 'aspect-(--shape) w-full shrink max-lg:shrink-0',
      )}
    >
      <div
        ref={frame}
        data-testid="programme"
        className={cx(
          'fit relative overflow-hidden rounded-xl bg-well',
          transparent && 'chequered',
          RINGS[onAir],
        )}
      >
        {!panic && <PlacementOverlay />}
        <Badges />
        <AvatarState />
        <PanicCard />
      </div>
    </div>
  );
}

/** What viewers of the preview must know about it. */
function Badges() {
  const { t } = useTranslation();
  const recorded = useSnapshots((state) => state.studio?.tracking.source === 'recorded');
  const rehearsal = useSnapshots((state) => onAirOf(state.stream) === 'rehearsal');
  return (
    <div className="pointer-events-none absolute top-3 left-3 flex flex-wrap gap-2">
      {rehearsal && (
        <Tag icon={<Headphones aria-hidden className="text-accent" />}>{t('preview.rehearsal')}</Tag>
      )}
      {recorded && <Tag icon={<Film aria-hidden />}>{t('preview.recorded')}</Tag>}
    </div>
  );
}

function Tag({ icon, children }: { readonly icon: ReactNode; readonly children: ReactNode }) {
  return (
    <p className="flex items-center gap-1.5 rounded-md bg-well/85 px-2 py-1 font-medium text-xs [&>svg]:size-3.5">
      {icon}
      {children}
    </p>
  );
}

function AvatarState() {
  const { t } = useTranslation();
  const state = usePipelineStatus((status) => status.report?.avatar.state ?? 'loading');
  const reason = usePipelineStatus((status) => status.report?.avatar.reason ?? null);
  const wanted = useSnapshots((snapshots) => snapshots.studio?.scene.avatar.shown ?? true);
  if (state === 'shown' || (state === 'loading' && !wanted)) return null;
  return (
    <div className="pointer-events-none absolute inset-0 grid place-items-center p-6">
      {state === 'failed' && reason ? (
        <div className="pointer-events-auto max-w-sm rounded-lg bg-ground/95 shadow-float">
          <Problem reason={reason} title={t('preview.avatarFailed')} />
        </div>
      ) : (
        <p className="flex items-center gap-2 rounded-lg bg-well/85 px-3 py-2">
          <ToneIcon tone="busy" />
          {t('preview.loadingAvatar')}
        </p>
      )}
    </div>
  );
}

function PanicCard() {
  const { t } = useTranslation();
  const panic = useSnapshots((state) => state.studio?.panic ?? false);
  const { togglePanic } = useActions();
  if (!panic) return null;
  return (
    <div className="absolute inset-0 grid place-items-center overflow-y-auto bg-ground p-6 text-center">
      <div>
        <EyeOff aria-hidden className="mx-auto mb-3 size-9 text-bad" />
        <p className="font-semibold text-lg">{t('preview.panicTitle')}</p>
        <p className="mt-1 mb-4 text-muted">{t('preview.panicText')}</p>
        <Button onClick={togglePanic}>{t('panic.back')}</Button>
      </div>
    </div>
  );
}
