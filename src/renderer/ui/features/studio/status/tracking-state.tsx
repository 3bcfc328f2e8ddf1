import { useTranslation } from 'react-i18next';
import type { PipelineReport } from '../../../../../shared/domain/report.ts';
import { usePipelineStatus } from '../../../../state/pipeline-status.ts';
import { StateLine, type Tone } from '../../../components/state-line.tsx';

type Words = PipelineReport['tracking']['state'] | 'recorded' | 'none' | 'waiting';

const TONES: Record<Words, Tone> = {
  waiting: 'busy',
  tracking: 'good',
  'no-camera': 'quiet',
  'no-face': 'warn',
  'low-confidence': 'warn',
  recorded: 'quiet',
  none: 'quiet',
};

function wordsFor(tracking: PipelineReport['tracking'] | undefined): Words {
  if (!tracking) return 'waiting';
  if (tracking.source === 'recorded') return 'recorded';
  return tracking.source === 'none' ? 'none' : tracking.state;
}

/** What drives the avatar, in words. */
export function TrackingState() {
  const { t } = useTranslation();
  const words = usePipelineStatus((state) => wordsFor(state.report?.tracking));
  return (
    <p data-testid="tracking" className="flex min-w-0">
      <StateLine tone={TONES[words]} className="text-sm">
        {t(`tracking.${words}`)}
      </StateLine>
    </p>
  );
}
