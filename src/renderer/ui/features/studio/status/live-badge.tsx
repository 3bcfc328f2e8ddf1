import { CircleDashed, LoaderCircle, Radio } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { cx } from '../../../components/cx.ts';

export function LiveBadge() {
  const { t } = useTranslation();
  const phase = useSnapshots((state) => state.stream?.phase ?? 'idle');
  const Icon = phase === 'live' ? Radio : phase === 'idle' ? CircleDashed : LoaderCircle;
  const busy = phase === 'starting' || phase === 'stopping';
  return (
    <p
      data-testid="phase"
      className={cx(
        'flex h-7 items-center gap-1.5 rounded-md px-2.5 font-semibold text-sm',
        phase === 'live' ? 'bg-danger text-on-fill tracking-wide' : 'bg-raised text-muted',
        busy && 'text-accent',
      )}
    >
      <Icon aria-hidden className={cx('size-4', busy && 'animate-spin')} />
      {t(`status.${phase}`)}
    </p>
  );
}
