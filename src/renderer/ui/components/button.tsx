import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx.ts';

export type ButtonKind = 'primary' | 'danger' | 'danger-quiet' | 'quiet' | 'plain';

const KINDS: Record<ButtonKind, string> = {
  primary: 'bg-action text-on-fill border-transparent enabled:hover:bg-action-hover',
  danger: 'bg-danger text-on-fill border-transparent enabled:hover:bg-danger-hover',
  'danger-quiet': 'bg-transparent text-bad border-bad/70 enabled:hover:bg-bad/10',
  quiet: 'bg-raised text-text border-edge enabled:hover:bg-hover',
  plain: 'bg-transparent text-muted border-transparent enabled:hover:bg-hover enabled:hover:text-text',
};

const SIZES = {
  small: 'h-7 px-2.5 text-xs gap-1.5 rounded-md',
  normal: 'h-[2.125rem] px-3 text-sm gap-2 rounded-lg',
  large: 'h-11 px-4 text-base gap-2 rounded-lg font-semibold',
} as const;

interface Props extends Omit<ComponentProps<'button'>, 'type'> {
  readonly kind?: ButtonKind;
  readonly size?: keyof typeof SIZES;
  readonly icon?: ReactNode;
  readonly submit?: boolean;
  readonly 'data-first-focus'?: boolean;
}

/** `aria-disabled` instead of `disabled` keeps a blocked button focusable, so that its reason can be read. */
export function Button({
  kind = 'quiet',
  size = 'normal',
  icon,
  submit,
  className,
  children,
  ...rest
}: Props) {
  return (
    <button
      {...rest}
      type={submit ? 'submit' : 'button'}
      className={cx(
        'inline-flex shrink-0 select-none items-center justify-center whitespace-nowrap border font-medium',
        'transition-colors disabled:opacity-60',
        SIZES[size],
        rest['aria-disabled'] ? 'border-line bg-raised text-muted' : KINDS[kind],
        className,
      )}
    >
      {icon}
      {children}
    </button>
  );
}
