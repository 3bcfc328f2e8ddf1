import type { TFunction } from 'i18next';
import { Info } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { openDialog } from '../../../../state/dialogs.ts';
import { type Hint, type HintAction, type HintSeverity, hintOf } from '../../../../state/hints.ts';
import { useClipping } from '../../../../state/levels.ts';
import { usePipelineStatus } from '../../../../state/pipeline-status.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Button } from '../../../components/button.tsx';
import { type Tone, ToneIcon } from '../../../components/state-line.tsx';
import { encoderWords } from '../../../encoder-words.ts';
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
  const health = useSnapshots((state) => state.health);
  const recording = useSnapshots((state) => state.recording);
  const clipping = useClipping((state) => state.clipping);
  return hintOf({
    studio,
    stream,
    report,
    health,
    recording,
    clipping,
    cores: navigator.hardwareConcurrency,
  });
}

/** The one thing worth knowing now, in plain words, with what to do about it. */
export function HintLine() {
  const { t } = useTranslation();
  const { key, severity, values, action, target } = useHint();
  const words = t(`hints.${key}`, key === 'encoder-fallback' ? named(t, values) : values);
  return (
    <div
      className="flex min-h-10 min-w-0 flex-1 @lg:basis-full basis-72 @lg:flex-nowrap flex-wrap items-center gap-x-3 gap-y-1.5 @min-[50rem]:basis-72"
      data-testid="hint"
      data-hint={key}
    >
      <div className="flex min-w-[min(13rem,100%)] shrink items-center gap-2.5">
        {severity === 'info' ? (
          <Info aria-hidden className="size-4 shrink-0 text-accent" />
        ) : (
          <ToneIcon tone={TONES[severity]} className="size-4" />
        )}
        <p role="status" className="min-w-0 text-pretty @lg:line-clamp-2">
          {words}
        </p>
      </div>
      {action && <HintButton action={action} target={target} />}
    </div>
  );
}

function named(t: TFunction, values: Hint['values']): Hint['values'] {
  return { ...values, name: encoderWords(t, String(values['name'])) };
}

function HintButton({ action, target }: { readonly action: HintAction; readonly target: string | null }) {
  const { t } = useTranslation();
  const { toggleMute, togglePanic, toggleRecording, retry } = useActions();
  const capture = useCapture();
  const does: Record<HintAction, () => void> = {
    picture: () => openDialog({ kind: 'settings', section: 'encoder' }),
    camera: () => openDialog({ kind: 'settings', section: 'camera' }),
    audio: () => openDialog({ kind: 'settings', section: 'audio' }),
    recording: () => openDialog({ kind: 'settings', section: 'recording' }),
    'stop-recording': toggleRecording,
    retry: () => target !== null && retry(target),
    reload: () => location.reload(),
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
