import { History } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { DestinationStatus } from '../../../../../shared/domain/stream-state.ts';
import { describeReason } from '../../../../../shared/errors.ts';
import { IconButton } from '../../../components/icon-button.tsx';
import { Popover } from '../../../components/popover.tsx';
import { StateLine } from '../../../components/state-line.tsx';
import { DESTINATION_TONES } from './destination-tones.ts';

/** What this destination went through, the newest first. */
export function HistoryButton({ status }: { readonly status: DestinationStatus }) {
  const { t, i18n } = useTranslation();
  const label = t('destinations.history', { name: status.name });
  const clock = new Intl.DateTimeFormat(i18n.language, { timeStyle: 'medium', hourCycle: 'h23' });
  return (
    <Popover label={label} trigger={<IconButton label={label} icon={<History className="size-3.5" />} />}>
      <p className="mb-2 font-semibold">{label}</p>
      <ol className="space-y-1.5 text-xs">
        {status.history.toReversed().map(({ atMs, state, reason }, at) => (
          <li key={status.history.length - at} className="grid grid-cols-[4rem_1fr] gap-2">
            <time dateTime={new Date(atMs).toISOString()} className="text-muted tabular-nums">
              {clock.format(atMs)}
            </time>
            <div className="min-w-0">
              <StateLine tone={DESTINATION_TONES[state]}>{t(`destinations.state.${state}`)}</StateLine>
              {reason && <p className="text-muted">{describeReason(reason).what}</p>}
            </div>
          </li>
        ))}
      </ol>
    </Popover>
  );
}
