import type { ReactNode } from 'react';
import { cx } from './cx.ts';

export type BadgeTone = 'live' | 'rehearsal' | 'busy' | 'warn' | 'quiet';

const TONES: Record<BadgeTone, string> = {
  live: 'border-danger bg-danger text-on-fill',
  rehearsal: 'border-accent/70 bg-accent/15 text-accent',
  busy: 'border-line bg-raised text-accent',
  warn: 'border-warn/60 bg-warn/12 text-warn',
  quiet: 'border-line bg-raised text-muted',
};

interface Props {
  readonly tone: BadgeTone;
  readonly icon: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
  readonly 'data-testid'?: string;
}

/** A state in one or two words; its icon says it without the colour. */
export function Badge({ tone, icon, children, className, ...rest }: Props) {
  return (
    <p
      {...rest}
      className={cx(
        'inline-flex h-7 shrink-0 items-center gap-1.5 whitespace-nowrap rounded-md border px-2.5 font-semibold text-xs [&>svg]:size-3.5',
        TONES[tone],
        className,
      )}
    >
      {icon}
      {children}
    </p>
  );
}
