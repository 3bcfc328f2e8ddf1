import { Radio, Square } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { assertNever } from '../../../../../shared/assert-never.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Button } from '../../../components/button.tsx';
import { Problem } from '../../../components/problem.tsx';
import { ToneIcon } from '../../../components/state-line.tsx';
import { Tip } from '../../../components/tip.tsx';
import { shortcutAria, shortcutText } from '../../../shortcuts.ts';
import { useActions, useGoLiveCheck } from '../use-actions.ts';

/** The one big button: Go live, or Stop. */
export function BroadcastPanel() {
  const phase = useSnapshots((state) => state.stream?.phase ?? 'idle');
  const reason = useSnapshots((state) => state.stream?.reason ?? null);
  return (
    <div className="space-y-2">
      {phase === 'idle' && reason && <Problem reason={reason} />}
      {phase === 'idle' ? <GoLiveButton /> : <StopButton phase={phase} />}
    </div>
  );
}

function GoLiveButton() {
  const { t } = useTranslation();
  const check = useGoLiveCheck();
  const { requestLiveOrStop } = useActions();
  const noteId = useId();
  const label = check.ok ? t('broadcast.goLiveCount', { count: check.chosen.length }) : t('broadcast.goLive');
  return (
    <>
      <Tip text={t('common.shortcut', { label: t('broadcast.goLive'), keys: shortcutText('live') })}>
        <Button
          kind="primary"
          size="large"
          className="w-full"
          icon={<Radio aria-hidden className="size-5" />}
          aria-disabled={!check.ok}
          aria-describedby={check.ok ? undefined : noteId}
          aria-keyshortcuts={shortcutAria('live')}
          onClick={requestLiveOrStop}
        >
          {label}
        </Button>
      </Tip>
      {!check.ok && (
        <p id={noteId} className="text-center text-muted text-xs">
          {t(`broadcast.blocked.${check.why}`, { name: check.name })}
        </p>
      )}
    </>
  );
}

function StopButton({ phase }: { readonly phase: 'starting' | 'live' | 'stopping' }) {
  const { t } = useTranslation();
  const { requestLiveOrStop } = useActions();
  const label = stopLabel(phase);
  return (
    <Tip text={t('common.shortcut', { label: t(label), keys: shortcutText('live') })}>
      <Button
        kind="danger"
        size="large"
        className="w-full"
        icon={
          phase === 'stopping' ? (
            <ToneIcon tone="busy" className="size-5" />
          ) : (
            <Square aria-hidden className="size-4 fill-current" />
          )
        }
        aria-disabled={phase === 'stopping'}
        aria-keyshortcuts={shortcutAria('live')}
        onClick={requestLiveOrStop}
      >
        {t(label)}
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
