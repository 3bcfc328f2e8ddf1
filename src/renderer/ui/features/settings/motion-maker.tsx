import { Circle, FolderInput, Square } from 'lucide-react';
import { type ChangeEvent, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { MAX_MOTION_BYTES, MAX_MOTION_S, MOTION_EXTENSION } from '../../../../shared/domain/motion.ts';
import { importMotion, useMotion } from '../../../state/motion.ts';
import { announce } from '../../../state/notices.ts';
import { usePipelineStatus } from '../../../state/pipeline-status.ts';
import { useSnapshots } from '../../../state/snapshots.ts';
import { Button } from '../../components/button.tsx';
import { Problem } from '../../components/problem.tsx';
import { StateLine } from '../../components/state-line.tsx';
import { useStudio } from '../../studio-context.ts';
import { useElapsed } from '../motion/use-elapsed.ts';
import { clockText } from '../studio/topbar/clock-text.ts';
import { UnkeptMotions } from './unkept-motions.tsx';

/** Records a motion or brings one in, and says what stands against it. */
export function MotionMaker() {
  const { t } = useTranslation('tracking');
  const { pipeline } = useStudio();
  const noteId = useId();
  const record = useRef<HTMLButtonElement>(null);
  const { recording, recordingSince, importing } = useMotion();
  const elapsed = useElapsed(recordingSince);
  const ready = usePipelineStatus((state) => state.report?.ready ?? false);
  const full = useSnapshots((state) => state.motions?.full ?? false);
  const blocked = !recording && (full || !ready);
  const toggle = () => {
    if (blocked) return;
    pipeline.recordMotion(!recording);
    announce(t(recording ? 'motion.recordings.stopped' : 'motion.recordings.began'));
  };
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Button
          ref={record}
          kind={recording ? 'danger' : 'quiet'}
          icon={
            recording ? (
              <Square aria-hidden className="size-3.5 fill-current" />
            ) : (
              <Circle aria-hidden className="size-3.5 fill-current text-bad" />
            )
          }
          aria-disabled={blocked || undefined}
          aria-describedby={blocked || recording ? noteId : undefined}
          onClick={toggle}
        >
          {t(recording ? 'motion.recordings.stop' : 'motion.recordings.record')}
        </Button>
        <ImportButton />
        <span id={noteId} className="flex min-w-0">
          {recording ? (
            <StateLine tone="busy">
              {t('motion.recordings.running', { now: clockText(elapsed), max: clockText(MAX_MOTION_S) })}
            </StateLine>
          ) : importing !== null ? (
            <StateLine tone="busy">{t('motion.recordings.importing', { name: importing })}</StateLine>
          ) : (
            !ready && <StateLine tone="quiet">{t('motion.recordings.notReady')}</StateLine>
          )}
        </span>
      </div>
      <div role="alert" className="mt-2.5 empty:hidden">
        <ImportProblem />
      </div>
      <UnkeptMotions onGone={() => record.current?.focus()} />
      {full && <Problem reason="motion.too-many" tone="warn" className="mt-2.5" />}
    </>
  );
}

function ImportButton() {
  const { t } = useTranslation('tracking');
  const { client } = useStudio();
  const picker = useRef<HTMLInputElement>(null);
  const busy = useMotion((state) => state.importing !== null);
  const full = useSnapshots((state) => state.motions?.full ?? false);
  const blocked = busy || full;
  const pick = (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    if (file) {
      void importMotion(client, file, t('motion.recordings.unnamed')).then(
        (done) => done && announce(t('motion.recordings.imported', { name: file.name })),
      );
    }
    // The same file again must be a change again.
    event.target.value = '';
  };
  return (
    <>
      <input
        ref={picker}
        type="file"
        accept={`.${MOTION_EXTENSION}`}
        hidden
        aria-label={t('motion.recordings.import')}
        onChange={pick}
      />
      <Button
        icon={<FolderInput aria-hidden className="size-4" />}
        aria-disabled={blocked || undefined}
        onClick={() => !blocked && picker.current?.click()}
      >
        {t('motion.recordings.import')}
      </Button>
    </>
  );
}

function ImportProblem() {
  const { t } = useTranslation('tracking');
  const refusal = useMotion((state) => state.importRefused);
  if (!refusal) return null;
  const { name, reason } = refusal;
  const title =
    reason === 'ipc.too-big'
      ? t('motion.recordings.tooBig', { name, mb: MAX_MOTION_BYTES / 2 ** 20 })
      : t('motion.recordings.importFailed', { name });
  return <Problem reason={reason} title={title} />;
}
