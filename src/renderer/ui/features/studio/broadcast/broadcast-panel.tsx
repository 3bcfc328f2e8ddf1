import { Headphones, Radio, Square } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { assertNever } from '../../../../../shared/assert-never.ts';
import { canGoLive } from '../../../../state/on-air.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Button } from '../../../components/button.tsx';
import { Problem } from '../../../components/problem.tsx';
import { ToneIcon } from '../../../components/state-line.tsx';
import { Tip } from '../../../components/tip.tsx';
import { useShortcutAria, useWithShortcut } from '../../../shortcuts.ts';
import { RehearsalCard } from '../rehearsal/rehearsal-card.tsx';
import { useActions, useGoLiveCheck } from '../use-actions.ts';

/** Go live and Rehearse, or what ends the one that runs. */
export function BroadcastPanel() {
  const phase = useSnapshots((state) => state.stream?.phase ?? 'idle');
  const free = useSnapshots((state) => canGoLive(state.stream));
  const rehearsing = useSnapshots(
    (state) =>
      state.rehearsal?.phase === 'running' ||
      state.rehearsal?.phase === 'finishing' ||
      (state.stream?.kind === 'rehearsal' && state.stream.phase !== 'idle'),
  );
  const reason = useSnapshots((state) => (state.stream?.kind === 'broadcast' ? state.stream.reason : null));
  return (
    <div className="space-y-2.5">
      {phase === 'idle' && !rehearsing && reason && <Problem reason={reason} />}
      <RehearsalCard />
      {!rehearsing && (free || phase === 'idle' ? <StartButtons /> : <StopButton phase={phase} />)}
    </div>
  );
}

function StartButtons() {
  const { t } = useTranslation();
  const check = useGoLiveCheck();
  const noteId = useId();
  return (
    <>
      <div className="flex gap-2">
        <RehearseButton />
        <GoLiveButton noteId={noteId} />
      </div>
      {!check.ok && (
        <p
          id={noteId}
          // Where there is none, the empty list above says so already.
          className={check.why === 'no-destinations' ? 'sr-only' : 'text-center text-muted text-xs'}
        >
          {t(`broadcast.blocked.${check.why}`, { name: check.name })}
        </p>
      )}
    </>
  );
}

function GoLiveButton({ noteId }: { readonly noteId: string }) {
  const { t } = useTranslation();
  const check = useGoLiveCheck();
  const { requestLiveOrStop } = useActions();
  return (
    <Tip
      text={useWithShortcut(
        check.ok ? t('broadcast.goLiveCount', { count: check.chosen.length }) : t('broadcast.goLive'),
        'go-live',
      )}
    >
      <Button
        kind="primary"
        size="large"
        className="flex-1"
        icon={<Radio aria-hidden className="size-5" />}
        aria-disabled={!check.ok}
        aria-describedby={check.ok ? undefined : noteId}
        aria-keyshortcuts={useShortcutAria('go-live')}
        onClick={requestLiveOrStop}
      >
        {t('broadcast.goLive')}
        {check.ok && check.chosen.length > 1 && (
          <span className="rounded-full bg-on-fill/20 px-2 text-xs/5 tabular-nums">
            <span aria-hidden>×</span> {check.chosen.length}
          </span>
        )}
      </Button>
    </Tip>
  );
}

function RehearseButton() {
  const { t } = useTranslation();
  const { rehearse } = useActions();
  const check = useGoLiveCheck();
  // Without a destination one can rehearse all the same; without a picture one cannot.
  const recording = useSnapshots(
    (state) => state.stream?.phase !== 'idle' && state.stream?.kind === 'recording',
  );
  const blocked = recording || (!check.ok && (check.why === 'not-ready' || check.why === 'offline'));
  return (
    <Tip text={t(recording ? 'rehearsal.recordingTip' : 'rehearsal.startTip')}>
      <Button
        size="large"
        icon={<Headphones aria-hidden className="size-5" />}
        aria-disabled={blocked}
        onClick={() => !blocked && rehearse()}
      >
        {t('rehearsal.start')}
      </Button>
    </Tip>
  );
}

function StopButton({ phase }: { readonly phase: 'starting' | 'live' | 'stopping' }) {
  const { t } = useTranslation();
  const { requestLiveOrStop } = useActions();
  const recording = useSnapshots((state) => state.stream?.kind === 'recording');
  const label = t(
    recording ? (phase === 'starting' ? 'recording.starting' : 'recording.ending') : stopLabel(phase),
  );
  return (
    <Tip text={useWithShortcut(label, 'go-live')}>
      <Button
        kind="danger"
        size="large"
        className="w-full"
        icon={
          phase === 'stopping' || recording ? (
            <ToneIcon tone="busy" className="size-5" />
          ) : (
            <Square aria-hidden className="size-4 fill-current" />
          )
        }
        aria-disabled={phase === 'stopping' || recording}
        aria-keyshortcuts={useShortcutAria('go-live')}
        onClick={requestLiveOrStop}
      >
        {label}
      </Button>
    </Tip>
  );
}

function stopLabel(phase: 'starting' | 'live' | 'stopping') {
  switch (phase) {
    case 'starting':
      return 'broadcast.cancelStart';
    case 'live':
      return 'broadcast.stop';
    case 'stopping':
      return 'broadcast.stopping';
    default:
      return assertNever(phase);
  }
}
