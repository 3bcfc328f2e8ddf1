import { Info } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { openDialog } from '../../../../state/dialogs.ts';
import { type Hint, type HintAction, type HintSeverity, hintOf } from '../../../../state/hints.ts';
import { useClipping } from '../../../../state/levels.ts';
import { usePipelineStatus } from '../../../../state/pipeline-status.ts';
import { useRecent } from '../../../../state/recent.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Button } from '../../../components/button.tsx';
import { type Tone, ToneIcon } from '../../../components/state-line.tsx';
import { useCapture } from '../capture/use-capture.ts';
import { useActions } from '../use-actions.ts';

const TONES: Record<Exclude<HintSeverity, 'info'>, Tone> = {
  good: 'good',
  busy: 'busy',
  warn: 'warn',
  bad: 'bad',
};

function useHint(): Hint {
  const studio = useSnapshots((state) => state.studio);
  const stream = useSnapshots((state) => state.stream);
  const report = usePipelineStatus((state) => state.report);
  const recent = useRecent((state) => state.losses);
  const clipping = useClipping((state) => state.clipping);
  return hintOf({ studio, stream, report, recent, clipping });
}

/** The one thing worth knowing now, in plain words, with what to do about it. */
export function HintLine() {
  const { t } = useTranslation();
  const { key, severity, values, action } = useHint();
  return (
    <div
      className="flex min-w-0 flex-1 basis-72 flex-wrap items-center gap-x-3 gap-y-1.5"
      data-testid="hint"
      data-hint={key}
    >
      <div className="flex min-w-[min(13rem,100%)] shrink items-center gap-2.5">
        {severity === 'info' ? (
          <Info aria-hidden className="size-4 shrink-0 text-accent" />
        ) : (
          <ToneIcon tone={TONES[severity]} className="size-4" />
        )}
        <p role="status" className="min-w-0 text-pretty">
          {t(`hints.${key}`, values)}
        </p>
      </div>
      {action && <HintButton action={action} />}
    </div>
  );
}

function HintButton({ action }: { readonly action: HintAction }) {
  const { t } = useTranslation();
  const { toggleMute, togglePanic } = useActions();
  const capture = useCapture();
  const does: Record<HintAction, () => void> = {
    picture: () => openDialog({ kind: 'settings', section: 'encoder' }),
    camera: () => openDialog({ kind: 'settings', section: 'camera' }),
    audio: () => openDialog({ kind: 'settings', section: 'audio' }),
    unmute: toggleMute,
    'bring-back': togglePanic,
    'choose-capture': capture.choose,
  };
  return (
    <Button size="small" onClick={does[action]}>
      {t(`hints.do.${action}`)}
    </Button>
  );
}
