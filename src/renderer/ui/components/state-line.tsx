import { CircleCheck, CircleDashed, CircleX, LoaderCircle, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { assertNever } from '../../../shared/assert-never.ts';
import { cx } from './cx.ts';

export type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'quiet';

export const TONE_TEXT: Record<Tone, string> = {
  good: 'text-good',
  warn: 'text-warn',
  bad: 'text-bad',
  busy: 'text-accent',
  quiet: 'text-muted',
};

/** Every tone has a shape of its own: colour never carries a state alone. */
export function ToneIcon({ tone, className }: { readonly tone: Tone; readonly className?: string }) {
  const props = { 'aria-hidden': true, className: cx('size-3.5 shrink-0', TONE_TEXT[tone], className) };
  switch (tone) {
    case 'good':
      return <CircleCheck {...props} />;
    case 'warn':
      return <TriangleAlert {...props} />;
    case 'bad':
      return <CircleX {...props} />;
    case 'busy':
      return <LoaderCircle {...props} className={cx(props.className, 'animate-spin')} />;
    case 'quiet':
      return <CircleDashed {...props} />;
    default:
      return assertNever(tone);
  }
}

/** One state in words with its icon. */
export function StateLine({
  tone,
  children,
  className,
}: {
  readonly tone: Tone;
  readonly children: ReactNode;
  readonly className?: string;
}) {
  return (
    <span className={cx('inline-flex min-w-0 max-w-full items-center gap-1.5 text-xs', className)}>
      <ToneIcon tone={tone} />
      <span className={cx('truncate', TONE_TEXT[tone])}>{children}</span>
    </span>
  );
}
