import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../../../components/cx.ts';

const SHOWN = 40;

interface Props {
  /** What is looked for. */
  readonly label: string;
  readonly names: readonly string[];
  readonly chosen: string | null;
  /** Null: none of them. */
  readonly onChoose: (name: string | null) => void;
  readonly onLeave: () => void;
}

/** One name of many, found by typing a part of it; the keyboard stays in the field. */
export function NameChooser({ label, names, chosen, onChoose, onLeave }: Props) {
  const { t } = useTranslation('tracking');
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const wanted = text.trim().toLowerCase();
  const matching = names.filter((name) => name.toLowerCase().includes(wanted));
  const options: readonly (string | null)[] = [...(wanted === '' ? [null] : []), ...matching.slice(0, SHOWN)];
  const left = matching.length - Math.min(matching.length, SHOWN);
  const current = Math.min(at, options.length - 1);

  useEffect(() => field.current?.focus(), []);
  useEffect(() => {
    document.getElementById(`${id}-${current}`)?.scrollIntoView({ block: 'nearest' });
  }, [id, current]);

  const listen = (event: KeyboardEvent<HTMLInputElement>) => {
    const moved = { ArrowDown: current + 1, ArrowUp: current - 1, Home: 0, End: options.length - 1 }[
      event.key
    ];
    if (moved !== undefined) {
      event.preventDefault();
      setAt(Math.max(0, Math.min(options.length - 1, moved)));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const option = options[current];
      if (option !== undefined) onChoose(option);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      onLeave();
    }
  };
  return (
    <div className="rounded-lg border border-edge bg-ground p-2">
      <input
        ref={field}
        role="combobox"
        data-keeps-escape
        aria-label={label}
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={options.length > 0 ? `${id}-${current}` : undefined}
        aria-autocomplete="list"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        value={text}
        placeholder={t('mapping.find')}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={listen}
        className="h-8 w-full rounded-md border border-edge bg-raised px-2.5 placeholder:text-muted"
      />
      <div id={`${id}-list`} role="listbox" aria-label={label} className="mt-1.5 max-h-44 overflow-y-auto">
        {options.map((option, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard stays in the field, which the list belongs to
          // biome-ignore lint/a11y/useFocusableInteractive: as above
          <div
            key={option ?? ''}
            id={`${id}-${index}`}
            role="option"
            aria-selected={option === chosen}
            onClick={() => onChoose(option)}
            onPointerMove={() => setAt(index)}
            className={cx(
              'cursor-pointer truncate rounded-md px-2 py-1 text-xs',
              index === current && 'bg-hover',
              option === chosen && 'font-semibold text-accent',
              option === null && 'text-muted',
            )}
          >
            {option ?? t('mapping.asNone')}
          </div>
        ))}
      </div>
      {matching.length === 0 && (
        <p role="status" className="px-2 py-1 text-muted text-xs">
          {t('mapping.noMatch')}
        </p>
      )}
      {left > 0 && <p className="px-2 pt-1 text-muted text-xs">{t('mapping.more', { count: left })}</p>}
    </div>
  );
}
