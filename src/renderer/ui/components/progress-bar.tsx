import { Progress } from 'radix-ui';
import { cx } from './cx.ts';

interface Props {
  readonly label: string;
  /** Null: how far it is cannot be told. */
  readonly value: number | null;
  readonly max: number;
  readonly className?: string;
}

export function ProgressBar({ label, value, max, className }: Props) {
  const share = value === null || max <= 0 ? null : Math.min(1, value / max);
  return (
    <Progress.Root
      value={value === null ? null : Math.min(value, max)}
      max={max > 0 ? max : 1}
      aria-label={label}
      className={cx('h-1.5 overflow-hidden rounded-full bg-hover', className)}
    >
      <Progress.Indicator
        className={cx(
          'h-full origin-left bg-accent transition-transform',
          share === null && 'animate-breathe',
        )}
        style={{ transform: `scaleX(${share ?? 1})` }}
      />
    </Progress.Root>
  );
}
