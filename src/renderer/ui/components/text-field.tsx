import { type ComponentProps, type ReactNode, useId } from 'react';
import { cx } from './cx.ts';

interface Props extends ComponentProps<'input'> {
  readonly label: string;
  readonly hint?: string;
  readonly error?: string | undefined;
  /** A control at the right end of the field. */
  readonly trailing?: ReactNode;
}

export function TextField({ label, hint, error, trailing, autoComplete = 'off', ...rest }: Props) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div>
      <label htmlFor={id} className="mb-1 block font-medium">
        {label}
      </label>
      <div className="relative">
        <input
          {...rest}
          id={id}
          autoComplete={autoComplete}
          autoCapitalize="off"
          spellCheck={false}
          aria-invalid={error ? true : undefined}
          aria-describedby={note ? `${id}-note` : undefined}
          className={cx(
            'h-[2.125rem] w-full rounded-lg border bg-raised px-2.5 text-sm placeholder:text-muted/80',
            error ? 'border-bad' : 'border-edge',
            trailing ? 'pr-10' : '',
          )}
        />
        {trailing && <div className="absolute inset-y-0 right-1 flex items-center">{trailing}</div>}
      </div>
      {note && (
        <p id={`${id}-note`} className={cx('mt-1 text-xs', error ? 'text-bad' : 'text-muted')}>
          {note}
        </p>
      )}
    </div>
  );
}
