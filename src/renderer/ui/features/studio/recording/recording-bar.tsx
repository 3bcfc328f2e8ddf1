import { Disc, FolderOpen, History, Square } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { describeReason } from '../../../../../shared/errors.ts';
import type { RecordingSnapshot } from '../../../../../shared/ipc/recording.ts';
import { announce } from '../../../../state/notices.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { sizeText } from '../../../bytes.ts';
import { Button } from '../../../components/button.tsx';
import { cx } from '../../../components/cx.ts';
import { IconButton } from '../../../components/icon-button.tsx';
import { Popover } from '../../../components/popover.tsx';
import { Problem } from '../../../components/problem.tsx';
import { ToneIcon } from '../../../components/state-line.tsx';
import { Tip } from '../../../components/tip.tsx';
import { useShortcutAria, useWithShortcut } from '../../../shortcuts.ts';
import { clockText } from '../topbar/clock-text.ts';
import { useActions } from '../use-actions.ts';
import { RecordingDetails } from './recording-details.tsx';
import { timeLeft } from './time-left.ts';

/** Recording beside the stream or alone: begin and end, how long and large, what room is left, the last moments. */
export function RecordingBar() {
  const { t } = useTranslation();
  const recording = useSnapshots((state) => state.recording);
  useFailureSpoken(recording);
  if (!recording) return null;
  const busy = recording.jobs.filter(({ state }) => state === 'waiting' || state === 'running').length;
  const details = busy > 0 ? t('recording.detailsBusy', { count: busy }) : t('recording.details');
  return (
    <section aria-label={t('recording.title')} className="space-y-2" data-testid="recording">
      <div className="flex items-center gap-1.5">
        <RecordButton state={recording.state} />
        <Sizes recording={recording} />
        <ReplayButton />
        <Popover
          label={t('recording.details')}
          trigger={
            <IconButton
              label={details}
              icon={
                busy > 0 ? <ToneIcon tone="busy" className="size-4" /> : <FolderOpen className="size-4" />
              }
            />
          }
        >
          <RecordingDetails />
        </Popover>
      </div>
      {recording.state === 'failed' && recording.reason && <Problem reason={recording.reason} />}
    </section>
  );
}

function RecordButton({ state }: { readonly state: RecordingSnapshot['state'] }) {
  const { t } = useTranslation();
  const { toggleRecording } = useActions();
  const on = state === 'recording' || state === 'starting';
  const label = t(on ? 'recording.stop' : 'recording.start');
  return (
    <Tip text={useWithShortcut(label, 'record')}>
      <Button
        aria-label={on ? label : undefined}
        aria-keyshortcuts={useShortcutAria('record')}
        aria-disabled={state === 'stopping'}
        className={cx(on && 'border-bad/70')}
        icon={
          state === 'starting' || state === 'stopping' ? (
            <ToneIcon tone="busy" className="size-4" />
          ) : on ? (
            <Square aria-hidden className="size-3.5 fill-bad text-bad" />
          ) : (
            <Disc aria-hidden className="size-4 text-bad" />
          )
        }
        onClick={toggleRecording}
      >
        {t(`recording.state.${state}`)}
      </Button>
    </Tip>
  );
}

/** Time and size of what is recorded, and for how long there is room. */
function Sizes({ recording }: { readonly recording: RecordingSnapshot }) {
  const { t } = useTranslation();
  const { state, seconds, bytes, freeSeconds, freeBytes } = recording;
  const on = state === 'recording' || state === 'stopping';
  const left = freeSeconds === null ? null : timeLeft(freeSeconds);
  const room = left
    ? t(`recording.left.${left.unit}`, { count: left.count })
    : freeBytes !== null && t('recording.free', { size: sizeText(freeBytes) });
  return (
    <p className="min-w-0 flex-1 text-muted text-xs tabular-nums">
      {on && (
        <span className="block truncate text-text">
          {clockText(seconds)} · {sizeText(bytes)}
        </span>
      )}
      {room && <span className="block truncate">{room}</span>}
    </p>
  );
}

function ReplayButton() {
  const { t } = useTranslation();
  const { saveReplay } = useActions();
  const wanted = useSnapshots((state) => state.studio?.settings.recording.replaySeconds ?? 0);
  const seconds = useSnapshots((state) => Math.floor(state.recording?.replay.seconds ?? 0));
  const saving = useSnapshots((state) => state.recording?.replay.saving ?? false);
  const keys = useShortcutAria('save-replay');
  const blocked = seconds <= 0 || saving;
  const label = blocked
    ? t(saving ? 'recording.replaySaving' : 'recording.replayEmpty')
    : t('recording.replaySave', { seconds });
  const tip = useWithShortcut(label, 'save-replay');
  if (wanted === 0) return null;
  return (
    <Tip text={tip}>
      <Button
        size="small"
        aria-label={label}
        aria-keyshortcuts={keys}
        aria-disabled={blocked}
        icon={saving ? <ToneIcon tone="busy" /> : <History aria-hidden className="size-3.5" />}
        onClick={() => !blocked && saveReplay()}
      >
        {t('recording.replayShort')}
      </Button>
    </Tip>
  );
}

/** A recording that ended by itself is told to who does not see the bar. */
function useFailureSpoken(recording: RecordingSnapshot | null): void {
  const before = useRef(recording?.state);
  useEffect(() => {
    if (recording?.state === 'failed' && before.current !== 'failed' && before.current !== undefined) {
      if (recording.reason) announce(describeReason(recording.reason).what, true);
    }
    before.current = recording?.state;
  }, [recording]);
}
