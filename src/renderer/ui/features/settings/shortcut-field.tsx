import { X } from 'lucide-react';
import { type KeyboardEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  acceleratorOf,
  acceleratorText,
  type SHORTCUT_PROBLEMS,
} from '../../../../shared/domain/shortcuts.ts';
import { announce } from '../../../state/notices.ts';
import { cx } from '../../components/cx.ts';
import { IconButton } from '../../components/icon-button.tsx';
import { StateLine } from '../../components/state-line.tsx';
import { isMac, RECORDS_SHORTCUTS } from '../../shortcuts.ts';

const MODIFIERS = new Set(['Control', 'Meta', 'Alt', 'Shift', 'AltGraph']);

interface Props {
  /** What the keys do. */
  readonly name: string;
  readonly accelerator: string | null;
  readonly problem: (typeof SHORTCUT_PROBLEMS)[number] | null;
  readonly onChange: (accelerator: string | null) => void;
}

/** The keys of one action: pressed to record new ones, Escape keeps the old, Tab goes on as everywhere. */
export function ShortcutField({ name, accelerator, problem, onChange }: Props) {
  const { t } = useTranslation();
  const noteId = useId();
  const [recording, setRecording] = useState(false);
  const [refused, setRefused] = useState(false);
  const text = accelerator === null ? t('settings.shortcuts.none') : acceleratorText(accelerator, isMac);

  const begin = () => {
    setRecording(true);
    setRefused(false);
    announce(t('settings.shortcuts.recordingSpoken', { name }));
  };
  const listen = (event: KeyboardEvent<HTMLButtonElement>) => {
    if (!recording || event.key === 'Tab') return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') {
      setRecording(false);
      setRefused(false);
      return;
    }
    if (MODIFIERS.has(event.key) || event.repeat) return;
    const pressed = acceleratorOf(event.nativeEvent, isMac);
    setRefused(pressed === null);
    if (pressed === null) return;
    setRecording(false);
    onChange(pressed);
    announce(t('settings.shortcuts.recorded', { name, keys: acceleratorText(pressed, isMac) }));
  };

  const note = refused
    ? t('settings.shortcuts.unusable')
    : problem && t(`settings.shortcuts.problem.${problem}`);
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 py-1.5">
      <span className="min-w-40 flex-1">{name}</span>
      {note && (
        <span id={noteId} className="flex" role={refused ? 'alert' : undefined}>
          <StateLine tone="warn">{note}</StateLine>
        </span>
      )}
      <span className="flex items-center gap-1">
        <button
          type="button"
          {...(recording ? { [RECORDS_SHORTCUTS]: '' } : {})}
          aria-label={
            recording
              ? t('settings.shortcuts.recordingField', { name, press: t('settings.shortcuts.press') })
              : t('settings.shortcuts.field', { name, keys: text })
          }
          aria-describedby={note ? noteId : undefined}
          aria-pressed={recording}
          onClick={() => !recording && begin()}
          onKeyDown={listen}
          onBlur={() => setRecording(false)}
          className={cx(
            'h-[2.125rem] w-40 rounded-lg border px-2 text-center',
            recording ? 'border-accent bg-accent/12 text-accent' : 'border-edge bg-raised hover:bg-hover',
            accelerator === null && !recording && 'text-muted',
          )}
        >
          {recording ? t('settings.shortcuts.press') : text}
        </button>
        <IconButton
          label={t('settings.shortcuts.clear', { name })}
          icon={<X className="size-4" />}
          className={accelerator === null ? 'invisible' : ''}
          onClick={() => onChange(null)}
        />
      </span>
    </div>
  );
}
