import { Mic, MicOff } from 'lucide-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../../../components/cx.ts';
import { Tip } from '../../../components/tip.tsx';
import { useShortcutAria, useWithShortcut } from '../../../shortcuts.ts';
import { meterShare } from '../microphone/level.ts';
import { useLevelLoop } from '../microphone/level-loop.ts';
import { useMicrophone } from '../microphone/use-microphone.ts';
import { useActions } from '../use-actions.ts';

/** The microphone, always in reach: its level fills the button from below. */
export function MuteButton() {
  const { t } = useTranslation();
  const { toggleMute } = useActions();
  const { choice, muted, silenced, word, sounding } = useMicrophone();
  const fill = useRef<HTMLSpanElement>(null);
  useLevelLoop(sounding, (level, _hold, clipLight) => {
    if (!fill.current) return;
    fill.current.style.transform = `scaleY(${level ? meterShare(level.rms) : 0})`;
    fill.current.dataset['clip'] = clipLight ? 'true' : 'false';
  });
  const off = choice === 'none';
  const label = t(muted ? 'topbar.unmute' : 'topbar.mute');
  const tip = useWithShortcut(
    t(off ? `microphone.${word}` : muted ? 'microphone.unmute' : 'microphone.mute'),
    'mute',
  );
  return (
    <Tip text={tip}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={muted}
        aria-keyshortcuts={useShortcutAria('mute')}
        onClick={toggleMute}
        className={cx(
          'relative grid size-[2.125rem] shrink-0 place-items-center overflow-hidden rounded-lg border',
          silenced ? 'border-warn/70 bg-warn/12 text-warn' : 'border-edge bg-raised hover:bg-hover',
          off && 'text-muted',
        )}
      >
        <span
          ref={fill}
          aria-hidden
          className="absolute inset-x-0 bottom-0 h-full origin-bottom bg-good/35 data-[clip=true]:bg-bad/55"
        />
        {muted || off ? (
          <MicOff aria-hidden className="relative size-4" />
        ) : (
          <Mic aria-hidden className="relative size-4" />
        )}
      </button>
    </Tip>
  );
}
