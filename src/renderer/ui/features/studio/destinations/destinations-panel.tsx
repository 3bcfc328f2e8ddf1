import { Plus, Radio } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { isTicked } from '../../../../../shared/domain/destination-choice.ts';
import type { DestinationStatus } from '../../../../../shared/domain/stream-state.ts';
import { openDialog } from '../../../../state/dialogs.ts';
import { canGoLive, isBroadcasting } from '../../../../state/on-air.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Button } from '../../../components/button.tsx';
import { Section } from '../../../components/section.tsx';
import { DestinationRow } from './destination-row.tsx';
import { useTick, useTicks } from './use-ticks.ts';

const NO_STATUS: readonly DestinationStatus[] = [];
/** Id of the recording among the destinations of a session. */
const RECORDING = 'recording';

export function DestinationsPanel() {
  const { t } = useTranslation();
  const destinations = useSnapshots((state) => state.destinations) ?? [];
  // The sink of a rehearsal is none of the user's.
  const statuses = useSnapshots((state) =>
    state.stream?.kind === 'broadcast' ? state.stream.destinations : NO_STATUS,
  );
  const free = useSnapshots((state) => canGoLive(state.stream));
  const broadcasting = useSnapshots(
    (state) => isBroadcasting(state.stream) && state.stream?.phase === 'live',
  );
  const ticks = useTicks();
  const tick = useTick();
  const add = () => openDialog({ kind: 'destination', id: null });
  // The studio's own recording has its own place below.
  const files = statuses.filter((status) => status.kind === 'file' && status.id !== RECORDING);

  return (
    <Section
      title={t('destinations.title')}
      icon={<Radio />}
      state={
        destinations.length > 0 && (
          <Button
            size="small"
            icon={<Plus aria-hidden className="size-3.5" />}
            aria-label={t('destinations.addTip')}
            onClick={add}
          >
            {t('destinations.add')}
          </Button>
        )
      }
    >
      {destinations.length === 0 ? (
        <div className="rounded-lg border border-edge border-dashed px-4 py-3 text-center low:flex low:items-center low:justify-between low:gap-2 low:py-2 low:pr-2 low:pl-3">
          <p className="font-medium">{t('destinations.emptyTitle')}</p>
          <p className="mt-0.5 mb-2.5 text-balance text-muted text-xs low:hidden">
            {t('destinations.emptyText')}
          </p>
          <Button icon={<Plus aria-hidden className="size-4" />} onClick={add}>
            {t('destinations.emptyAction')}
          </Button>
        </div>
      ) : (
        <ul className="-mx-1 max-h-[min(15rem,30vh)] space-y-1 overflow-y-auto px-1 py-px max-lg:max-h-none">
          {destinations.map((destination) => (
            <DestinationRow
              key={destination.id}
              destination={destination}
              status={statuses.find((status) => status.id === destination.id) ?? null}
              ticked={isTicked(destination, destinations, ticks)}
              onTick={(on) => tick(destination.id, on)}
              mode={broadcasting ? 'live' : free ? 'free' : 'locked'}
            />
          ))}
          {files.map((file) => (
            <DestinationRow key={file.id} destination={null} status={file} ticked mode="locked" />
          ))}
        </ul>
      )}
    </Section>
  );
}
