import { Pencil, RotateCw, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { DestinationState, DestinationStatus } from '../../../../../shared/domain/stream-state.ts';
import { describeReason } from '../../../../../shared/errors.ts';
import type { Destination } from '../../../../../shared/ipc/destinations.ts';
import { openDialog } from '../../../../state/dialogs.ts';
import { takesPart } from '../../../../state/on-air.ts';
import { Button } from '../../../components/button.tsx';
import { cx } from '../../../components/cx.ts';
import { IconButton } from '../../../components/icon-button.tsx';
import { StateLine } from '../../../components/state-line.tsx';
import { megabits } from '../stats/numbers.ts';
import { useActions } from '../use-actions.ts';
import { DESTINATION_TONES } from './destination-tones.ts';
import { HistoryButton } from './history-button.tsx';
import { LiveSwitch } from './live-switch.tsx';
import { RenditionSelect } from './rendition-select.tsx';

interface Props {
  /** Null for a recording: it has a state and cannot be edited here. */
  readonly destination: Destination | null;
  readonly status: DestinationStatus | null;
  readonly ticked: boolean;
  readonly onTick?: (on: boolean) => void;
  /** `free`: what is ticked is for the next broadcast; `live`: it is sent now, or no longer; `locked`: settled. */
  readonly mode: 'free' | 'live' | 'locked';
}

export function DestinationRow({ destination, status, ticked, onTick, mode }: Props) {
  const { t } = useTranslation();
  const name = destination?.name ?? status?.name ?? '';
  const address = destination?.url ?? status?.url ?? '';
  // What nothing is sent to can be put right while the others are live.
  const editable = mode === 'free' || (mode === 'live' && (status?.state === 'failed' || !takesPart(status)));
  return (
    <li
      data-testid="destination"
      className={cx(
        'rounded-lg border py-1.5 pr-1.5 pl-2.5',
        status?.state === 'failed' ? 'border-bad/40 bg-bad/8' : 'border-transparent bg-raised/60',
      )}
    >
      <div className="flex items-center gap-2.5">
        {mode === 'live' && destination ? (
          <LiveSwitch destination={destination} status={status} />
        ) : (
          <input
            type="checkbox"
            className="size-4 shrink-0 disabled:opacity-60"
            aria-label={t('destinations.use', { name })}
            checked={ticked}
            disabled={mode !== 'free'}
            onChange={(event) => onTick?.(event.target.checked)}
          />
        )}
        <div className="min-w-0 flex-1">
          <p className="flex items-center gap-1.5">
            <span className="truncate font-medium">{name}</span>
            {destination?.isDefault && mode === 'free' && (
              <span className="shrink-0 rounded bg-hover px-1.5 text-2xs/4 text-muted">
                {t('destinations.default')}
              </span>
            )}
          </p>
          <p className="flex items-center gap-1.5 text-muted text-xs" title={address}>
            <DestinationStateText destination={destination} status={status} />
            <Detail status={status} address={address} />
          </p>
        </div>
        {destination && mode === 'free' && <RenditionSelect destination={destination} />}
        <span className="flex">
          {status && status.history.length > 0 && <HistoryButton status={status} />}
          {destination && editable && (
            <IconButton
              label={t('destinations.edit', { name })}
              icon={<Pencil className="size-3.5" />}
              onClick={() => openDialog({ kind: 'destination', id: destination.id })}
            />
          )}
          {destination && mode === 'free' && (
            <IconButton
              label={t('destinations.remove', { name })}
              icon={<Trash2 className="size-3.5" />}
              onClick={() => openDialog({ kind: 'remove-destination', id: destination.id })}
            />
          )}
        </span>
      </div>
      <Trouble status={status} name={name} live={mode === 'live'} />
    </li>
  );
}

/** What is sent and what waits while it is live, else where it goes. */
function Detail({
  status,
  address,
}: {
  readonly status: DestinationStatus | null;
  readonly address: string;
}) {
  const { t } = useTranslation();
  // What is tried again has no room for it.
  if (status?.state === 'reconnecting') return null;
  const rate = status?.state === 'live' ? t('destinations.rate', { mbit: megabits(status.kbps) }) : null;
  const queue =
    status?.state === 'live' && status.queueMs >= 100
      ? t('destinations.queue', { seconds: (status.queueMs / 1000).toFixed(1) })
      : null;
  return (
    <>
      <span aria-hidden>·</span>
      <span className="truncate tabular-nums">
        {rate === null ? hostOf(address) : [rate, queue].filter(Boolean).join(' · ')}
      </span>
    </>
  );
}

interface TroubleProps {
  readonly status: DestinationStatus | null;
  readonly name: string;
  readonly live: boolean;
}

/** Why it does not go well, what to do, and connecting it again: a failed one only so, one that waits sooner. */
function Trouble({ status, name, live }: TroubleProps) {
  const { t } = useTranslation();
  const { retry } = useActions();
  if (!status || status.state === 'live') return null;
  const words = status.reason && describeReason(status.reason);
  const waits = status.state === 'reconnecting' && status.retryInMs !== null;
  const retries = live && (status.state === 'failed' || waits);
  if (!words && !retries) return null;
  return (
    <div className={cx('mt-1 flex items-start gap-2 pr-1', live ? 'pl-[2.125rem]' : 'pl-[1.625rem]')}>
      <p className="min-w-0 flex-1 text-muted text-xs">
        {words && (
          <>
            <span className="text-text">{words.what}</span> {words.action}
          </>
        )}
      </p>
      {retries && (
        <Button
          size="small"
          aria-label={t('destinations.retryNamed', { name })}
          icon={<RotateCw aria-hidden className="size-3.5" />}
          onClick={() => retry(status.id)}
        >
          {t('destinations.retry')}
        </Button>
      )}
    </div>
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
  const state: DestinationState = status?.state ?? 'idle';
  return (
    <StateLine tone={DESTINATION_TONES[state]} className="shrink-0">
      {t(`destinations.state.${state}`)}
      <More status={status} />
    </StateLine>
  );
}

/** When it is tried again, or how often it was. */
function More({ status }: Pick<Props, 'status'>) {
  const { t } = useTranslation();
  if (!status) return null;
  const { state, reconnects, retryInMs } = status;
  if (state === 'reconnecting' && retryInMs !== null && retryInMs > 0) {
    return <> · {t('destinations.retryIn', { seconds: Math.ceil(retryInMs / 1000) })}</>;
  }
  return state !== 'reconnecting' && reconnects > 0 ? (
    <> · {t('destinations.reconnects', { count: reconnects })}</>
  ) : null;
}
