import { ChevronDown } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Button } from '../../../components/button.tsx';
import { cx } from '../../../components/cx.ts';
import { Charts } from './charts.tsx';
import { HintLine } from './hint-line.tsx';
import { megabits, percentText } from './numbers.ts';
import { StatsDetails } from './stats-details.tsx';
import { useGlance } from './use-glance.ts';

interface Props {
  /** There is room: the details are open from the start, and the last two minutes are drawn below them. */
  readonly roomy: boolean;
  /** The room is high and narrow. */
  readonly stacked: boolean;
}

/** How it goes: one hint in plain words, three numbers, and all of them on demand. */
export function StatsDock({ roomy, stacked }: Props) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState<boolean | null>(null);
  const detailsId = useId();
  const open = wanted ?? roomy;
  return (
    <section
      aria-label={t('hints.label')}
      className={cx('card @container flex min-h-0 flex-col', open && roomy ? 'grow' : 'shrink-0')}
    >
      <div className="flex min-h-12 shrink-0 flex-wrap items-center gap-x-4 gap-y-1.5 py-1.5 pr-2 pl-3.5">
        <HintLine />
        <div className="ml-auto flex shrink-0 items-center gap-4">
          <Glance />
          <Button
            size="small"
            kind="plain"
            aria-expanded={open}
            aria-controls={detailsId}
            onClick={() => setWanted(!open)}
          >
            {t(open ? 'stats.less' : 'stats.details')}
            <ChevronDown aria-hidden className={cx('size-3.5 transition-transform', open && 'rotate-180')} />
          </Button>
        </div>
      </div>
      <section
        id={detailsId}
        // It scrolls where it is short of room, so the keyboard must reach it.
        tabIndex={open ? 0 : undefined}
        aria-label={t('stats.label')}
        className={
          open
            ? cx(
                'relative flex min-h-0 grow flex-col overflow-y-auto border-line border-t',
                // The programme comes first: what has no room beside it is scrolled to.
                roomy ? !stacked && 'h-0 min-h-60' : 'max-h-[36vh] fade-end',
              )
            : 'hidden'
        }
      >
        {open && <StatsDetails charts={roomy && <Charts stacked={stacked} />} />}
      </section>
    </section>
  );
}

/** Rate, bitrate and losses, small. */
function Glance() {
  const { t } = useTranslation();
  const { fps, sentKbps, lost } = useGlance();
  const live = useSnapshots((state) => state.stream?.phase === 'live' && state.stream.kind !== 'recording');
  return (
    <p className="flex items-center gap-3 whitespace-nowrap text-muted text-xs tabular-nums">
      <span>
        <span className="sr-only">{t('status.fpsLabel')}: </span>
        {t('status.fps', { fps })}
      </span>
      {live && <span>{t('stats.mbit', { mbit: megabits(sentKbps) })}</span>}
      {live && lost !== null && <span>{t('stats.lostShort', { percent: percentText(lost) })}</span>}
    </p>
  );
}
