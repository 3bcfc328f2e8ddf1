import { Pencil, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { DestinationState, DestinationStatus } from '../../../../../shared/domain/stream-state.ts';
import { describeReason } from '../../../../../shared/errors.ts';
import type { Destination } from '../../../../../shared/ipc/destinations.ts';
import { openDialog } from '../../../../state/dialogs.ts';
import { useRecent } from '../../../../state/recent.ts';
import { cx } from '../../../components/cx.ts';
import { IconButton } from '../../../components/icon-button.tsx';
import { StateLine, type Tone } from '../../../components/state-line.tsx';
import { megabits } from '../stats/numbers.ts';

const TONES: Record<DestinationState, Tone> = {
  idle: 'quiet',
  connecting: 'busy',
  live: 'good',
  reconnecting: 'warn',
  stopping: 'busy',
  ended: 'quiet',
  failed: 'bad',
};

interface Props {
  /** Null for a recording: it has a state and cannot be edited here. */
  readonly destination: Destination | null;
  readonly status: DestinationStatus | null;
  readonly ticked: boolean;
  readonly onTick?: (on: boolean) => void;
  /** On air: what is sent where is settled. */
  readonly locked: boolean;
}

export function DestinationRow({ destination, status, ticked, onTick, locked }: Props) {
  const { t } = useTranslation();
  const name = destination?.name ?? status?.name ?? '';
  const address = destination?.url ?? status?.url ?? '';
  const reason = status?.reason && status.state !== 'live' ? describeReason(status.reason) : null;
  return (
    <li
      data-testid="destination"
      className={cx(
        'rounded-lg border py-1.5 pr-1.5 pl-2.5',
        status?.state === 'failed' ? 'border-bad/40 bg-bad/8' : 'border-transparent bg-raised/60',
      )}
    >
      <div className="flex items-center gap-2.5">
        <input
          type="checkbox"
          className="size-4 shrink-0 disabled:opacity-60"
          aria-label={t('destinations.use', { name })}
          checked={ticked}
          disabled={locked}
          onChange={(event) => onTick?.(event.target.checked)}
        />
        <div className="min-w-0 flex-1">
          <p className="flex items-center gap-1.5">
            <span className="truncate font-medium">{name}</span>
            {destination?.isDefault && (
              <span className="shrink-0 rounded bg-hover px-1.5 text-2xs/4 text-muted">
                {t('destinations.default')}
              </span>
            )}
          </p>
          <p className="flex items-center gap-1.5 text-muted text-xs" title={address}>
            <DestinationStateText destination={destination} status={status} />
            <span aria-hidden>·</span>
            <span className="truncate">{hostOf(address)}</span>
          </p>
        </div>
        {status?.state === 'live' && <Rate id={status.id} />}
        {destination && !locked && (
          <div className="flex">
            <IconButton
              label={t('destinations.edit', { name })}
              icon={<Pencil className="size-3.5" />}
              onClick={() => openDialog({ kind: 'destination', id: destination.id })}
            />
            <IconButton
              label={t('destinations.remove', { name })}
              icon={<Trash2 className="size-3.5" />}
              onClick={() => openDialog({ kind: 'remove-destination', id: destination.id })}
            />
          </div>
        )}
      </div>
      {reason && (
        <p className="mt-1 pr-1.5 pl-[1.625rem] text-muted text-xs">
          <span className="text-text">{reason.what}</span> {reason.action}
        </p>
      )}
    </li>
  );
}

function Rate({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const kbps = useRecent((recent) => recent.kbps[id]);
  if (kbps === undefined) return null;
  return (
    <span className="shrink-0 pr-1 text-muted text-xs tabular-nums">
      {t('destinations.rate', { mbit: megabits(kbps) })}
    </span>
  );
}

/** What of an address tells two destinations apart at a glance; a recording's path stays whole. */
function hostOf(address: string): string {
  const host = /^rtmps?:\/\/([^/]+)/i.exec(address)?.[1];
  return host?.replace(/:(443|1935)$/, '') ?? address;
}

function DestinationStateText({ destination, status }: Pick<Props, 'destination' | 'status'>) {
  const { t } = useTranslation();
  if (!status && destination && !destination.hasKey) {
    return (
      <StateLine tone="warn" className="shrink-0">
        {t('destinations.noKey')}
      </StateLine>
    );
  }
  const state = status?.state ?? 'idle';
  const reconnects = status?.reconnects ?? 0;
  const more =
    state === 'reconnecting'
      ? t('destinations.attempt', { count: reconnects })
      : reconnects > 0 && t('destinations.reconnects', { count: reconnects });
  return (
    <StateLine tone={TONES[state]} className="shrink-0">
      {t(`destinations.state.${state}`)}
      {more && ` · ${more}`}
    </StateLine>
  );
}
