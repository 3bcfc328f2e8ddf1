import { CircleDashed, Headphones, LoaderCircle, Radio, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { StreamSnapshot } from '../../../../../shared/domain/stream-state.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Badge } from '../../../components/badge.tsx';

export type OnAir = 'idle' | 'starting' | 'live' | 'reconnecting' | 'stopping' | 'rehearsal';

/** What the broadcast is in one word. A rehearsal is never `live`; `reconnecting`: nobody gets anything. */
export function onAirOf(stream: StreamSnapshot | null): OnAir {
  if (!stream || stream.phase === 'idle') return 'idle';
  if (stream.kind === 'rehearsal') return 'rehearsal';
  if (stream.phase !== 'live') return stream.phase;
  const sends = stream.destinations.some(({ state }) => state === 'live');
  return !sends && stream.destinations.some(({ state }) => state === 'reconnecting')
    ? 'reconnecting'
    : 'live';
}

const BADGES = {
  idle: { tone: 'quiet', icon: <CircleDashed aria-hidden /> },
  starting: { tone: 'busy', icon: <LoaderCircle aria-hidden className="animate-spin" /> },
  live: { tone: 'live', icon: <Radio aria-hidden /> },
  reconnecting: { tone: 'warn', icon: <TriangleAlert aria-hidden /> },
  stopping: { tone: 'busy', icon: <LoaderCircle aria-hidden className="animate-spin" /> },
  rehearsal: { tone: 'rehearsal', icon: <Headphones aria-hidden /> },
} as const;

export function PhaseBadge() {
  const { t } = useTranslation();
  const onAir = useSnapshots((state) => onAirOf(state.stream));
  const { tone, icon } = BADGES[onAir];
  return (
    <Badge tone={tone} icon={icon} data-testid="phase">
      {t(`status.${onAir}`)}
    </Badge>
  );
}
