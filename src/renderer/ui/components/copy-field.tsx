import { Copy } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { announce } from '../../state/notices.ts';
import { Button } from './button.tsx';

interface Props {
  readonly label: string;
  readonly value: string;
}

/** A text to take along. Where the clipboard is closed to us it is selected, ready for the user's own copy. */
export function CopyField({ label, value }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [told, setTold] = useState<'copied' | 'selected' | null>(null);
  const copy = () => {
    const tell = (outcome: 'copied' | 'selected') => {
      setTold(outcome);
      announce(t(`settings.output.${outcome}`));
    };
    navigator.clipboard.writeText(value).then(
      () => tell('copied'),
      () => {
        field.current?.focus();
        field.current?.select();
        tell('selected');
      },
    );
  };
  return (
    <div>
      <label htmlFor={id} className="mb-1 block font-medium">
        {label}
      </label>
      <div className="flex gap-2">
        <input
          ref={field}
          id={id}
          readOnly
          value={value}
          onFocus={(event) => event.currentTarget.select()}
          className="h-[2.125rem] min-w-0 flex-1 rounded-lg border border-edge bg-well px-2.5 font-mono text-xs"
        />
        <Button
          icon={<Copy aria-hidden className="size-3.5" />}
          aria-label={t('settings.output.copyNamed', { name: label })}
          onClick={copy}
        >
          {t('settings.output.copy')}
        </Button>
      </div>
      {told && <p className="mt-1 text-muted text-xs">{t(`settings.output.${told}`)}</p>}
    </div>
  );
}
