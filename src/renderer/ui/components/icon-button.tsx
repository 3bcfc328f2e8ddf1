import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx.ts';
import { Tip } from './tip.tsx';

interface Props extends Omit<ComponentProps<'button'>, 'type' | 'aria-label'> {
  /** Name for everybody: spoken, and shown as the tooltip. */
  readonly label: string;
  readonly icon: ReactNode;
  readonly pressed?: boolean;
  readonly outlined?: boolean;
}

export function IconButton({ label, icon, pressed, outlined, className, ...rest }: Props) {
  return (
    <Tip text={label}>
      <button
        {...rest}
        type="button"
        aria-label={label}
        aria-pressed={pressed}
        className={cx(
          'inline-flex shrink-0 items-center justify-center transition-colors',
          outlined ? 'size-[2.125rem] rounded-lg border' : 'size-7 rounded-md',
          outlined && (pressed ? 'border-bad bg-bad/15 text-bad' : 'border-edge bg-raised hover:bg-hover'),
          !outlined && 'text-muted hover:bg-hover hover:text-text',
          'disabled:pointer-events-none disabled:opacity-40',
          className,
        )}
      >
        {icon}
      </button>
    </Tip>
  );
}
