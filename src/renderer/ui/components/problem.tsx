import type { ReactNode } from 'react';
import { describeReason, type Reason } from '../../../shared/errors.ts';
import { cx } from './cx.ts';
import { ToneIcon } from './state-line.tsx';

interface Props {
  readonly reason: Reason;
  readonly tone?: 'warn' | 'bad';
  /** Said before what happened. */
  readonly title?: string;
  readonly children?: ReactNode;
  readonly className?: string;
}

/** What went wrong and the next action, in the words of the closed reason. */
export function Problem({ reason, tone = 'bad', title, children, className }: Props) {
  const { what, action } = describeReason(reason);
  return (
    <div
      className={cx(
        'flex items-start gap-2 rounded-lg border px-2.5 py-2 text-xs',
        tone === 'bad' ? 'border-bad/35 bg-bad/8' : 'border-warn/35 bg-warn/8',
        className,
      )}
    >
      <ToneIcon tone={tone} className="mt-px" />
      <div className="min-w-0 flex-1 space-y-0.5">
        {title && <p className="break-words font-medium text-text">{title}</p>}
        <p className={title ? 'text-muted' : 'font-medium text-text'}>{what}</p>
        <p className="text-muted">{action}</p>
      </div>
      {children}
    </div>
  );
}
