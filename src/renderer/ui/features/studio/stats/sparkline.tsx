import { useTranslation } from 'react-i18next';
import { cx } from '../../../components/cx.ts';
import { areaPath, linePath } from './sparkline-path.ts';

interface Props {
  readonly name: string;
  /** One a second, the newest last. */
  readonly values: readonly number[];
  /** The scale reaches at least so far. */
  readonly least: number;
  /** A text colour; the curve takes it. */
  readonly colour: string;
  readonly write: (value: number) => string;
}

/** Two minutes of one number as a curve, drawn anew once a second. */
export function Sparkline({ name, values, least, colour, write }: Props) {
  const { t } = useTranslation();
  const top = Math.max(least, ...values) * 1.1;
  const known = values.length > 0 ? values : [0];
  const now = write(known.at(-1)!);
  return (
    <figure className="flex min-h-20 min-w-0 flex-col gap-1 px-3.5 py-2">
      <figcaption className="flex items-baseline justify-between gap-3 text-muted text-xs">
        <span className="truncate">{name}</span>
        <span className="shrink-0 tabular-nums">{t('stats.lastMinutes')}</span>
      </figcaption>
      <svg
        role="img"
        aria-label={t('stats.curve', {
          name,
          now,
          low: write(Math.min(...known)),
          high: write(Math.max(...known)),
        })}
        viewBox="0 0 119 100"
        preserveAspectRatio="none"
        className={cx('h-0 w-full grow border-line border-b', colour)}
      >
        <path d={areaPath(values, top)} fill="currentColor" opacity="0.12" />
        <path
          d={linePath(values, top)}
          fill="none"
          stroke="currentColor"
          strokeWidth="1.5"
          strokeLinejoin="round"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
    </figure>
  );
}
