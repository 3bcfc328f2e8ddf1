import { CircleDashed, Disc, Headphones, LoaderCircle, Radio, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { onAirOf } from '../../../../state/on-air.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Badge } from '../../../components/badge.tsx';

const BADGES = {
  idle: { tone: 'quiet', icon: <CircleDashed aria-hidden /> },
  starting: { tone: 'busy', icon: <LoaderCircle aria-hidden className="animate-spin" /> },
  live: { tone: 'live', icon: <Radio aria-hidden /> },
  reconnecting: { tone: 'warn', icon: <TriangleAlert aria-hidden /> },
  stopping: { tone: 'busy', icon: <LoaderCircle aria-hidden className="animate-spin" /> },
  rehearsal: { tone: 'rehearsal', icon: <Headphones aria-hidden /> },
  recording: { tone: 'rehearsal', icon: <Disc aria-hidden /> },
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
