import { EyeOff, Film } from 'lucide-react';
import { type CSSProperties, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { usePipelineStatus } from '../../../../state/pipeline-status.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Button } from '../../../components/button.tsx';
import { cx } from '../../../components/cx.ts';
import { Problem } from '../../../components/problem.tsx';
import { ToneIcon } from '../../../components/state-line.tsx';
import { useStudio } from '../../../studio-context.ts';
import { useActions } from '../use-actions.ts';

/** The programme, as viewers get it, with what must not be overlooked on top. */
export function PreviewPanel() {
  const { t } = useTranslation();
  const { previewCanvas } = useStudio();
  const frame = useRef<HTMLDivElement>(null);
  const width = useSnapshots((state) => state.studio?.settings.picture.width ?? 16);
  const height = useSnapshots((state) => state.studio?.settings.picture.height ?? 9);
  const transparent = useSnapshots((state) => state.studio?.background.kind === 'transparent');
  const recorded = useSnapshots((state) => state.studio?.tracking.source === 'recorded');
  const live = useSnapshots((state) => state.stream?.phase === 'live');
  const label = t('preview.label');

  useEffect(() => {
    previewCanvas.className = 'absolute inset-0 size-full';
    previewCanvas.setAttribute('role', 'img');
    previewCanvas.setAttribute('aria-label', label);
    frame.current?.prepend(previewCanvas);
    return () => previewCanvas.remove();
  }, [previewCanvas, label]);

  return (
    <div
      className={cx(
        'fit-box grid min-h-0 min-w-0 flex-1 place-items-center overflow-hidden rounded-xl bg-black max-lg:aspect-video max-lg:flex-none',
        live ? 'ring-2 ring-danger' : 'ring-1 ring-line',
      )}
    >
      <div
        ref={frame}
        style={{ '--shape': width / height } as CSSProperties}
        className={cx('fit relative', transparent && 'chequered')}
      >
        {recorded && (
          <p className="absolute top-3 left-3 flex items-center gap-1.5 rounded-md bg-black/75 px-2 py-1 font-medium text-xs">
            <Film aria-hidden className="size-3.5" />
            {t('preview.recorded')}
          </p>
        )}
        <AvatarState />
        <PanicCard />
      </div>
    </div>
  );
}

function AvatarState() {
  const { t } = useTranslation();
  const state = usePipelineStatus((status) => status.report?.avatar.state ?? 'loading');
  const reason = usePipelineStatus((status) => status.report?.avatar.reason ?? null);
  if (state === 'shown') return null;
  return (
    <div className="absolute inset-0 grid place-items-center p-6">
      {state === 'failed' && reason ? (
        <Problem reason={reason} title={t('preview.avatarFailed')} className="max-w-sm bg-ground/95" />
      ) : (
        <p className="flex items-center gap-2 rounded-lg bg-black/75 px-3 py-2">
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
    <div className="absolute inset-0 grid place-items-center bg-ground p-6 text-center">
      <div>
        <EyeOff aria-hidden className="mx-auto mb-3 size-9 text-bad" />
        <p className="font-semibold text-lg">{t('preview.panicTitle')}</p>
        <p className="mt-1 mb-4 text-muted">{t('preview.panicText')}</p>
        <Button onClick={togglePanic}>{t('panic.back')}</Button>
      </div>
    </div>
  );
}
