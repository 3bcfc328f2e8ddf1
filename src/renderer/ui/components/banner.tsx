import type { ReactNode } from 'react';
import { cx } from './cx.ts';

interface Props {
  readonly icon: ReactNode;
  readonly tone: 'warn' | 'info';
  readonly title: string;
  readonly text: ReactNode;
  readonly children?: ReactNode;
}

/** One line over the whole width that stays until its cause is gone. */
export function Banner({ icon, tone, title, text, children }: Props) {
  return (
    <div
      role="status"
      className={cx(
        'flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1.5 rounded-xl px-3.5 py-1.5 ring-1',
        tone === 'warn' ? 'bg-warn/10 ring-warn/40' : 'bg-surface ring-line',
      )}
    >
      <span
        aria-hidden
        className={cx('shrink-0 [&>svg]:size-4', tone === 'warn' ? 'text-warn' : 'text-accent')}
      >
        {icon}
      </span>
      <p className="min-w-48 flex-1">
        <span className="mr-2 font-semibold">{title}</span>
        <span className="text-muted">{text}</span>
      </p>
      <div className="flex shrink-0 items-center gap-2">{children}</div>
    </div>
  );
}
