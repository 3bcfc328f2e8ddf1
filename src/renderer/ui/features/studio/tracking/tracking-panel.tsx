import { Check, Crosshair, ScanFace } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PipelineReport } from '../../../../../shared/domain/report.ts';
import { studioConfigure } from '../../../../../shared/ipc/studio.ts';
import { usePipelineStatus } from '../../../../state/pipeline-status.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Button } from '../../../components/button.tsx';
import { Section } from '../../../components/section.tsx';
import { StateLine, type Tone } from '../../../components/state-line.tsx';
import { SwitchRow } from '../../../components/switch-row.tsx';
import { Tip } from '../../../components/tip.tsx';
import { useShortcutAria, useWithShortcut } from '../../../shortcuts.ts';
import { useCommand } from '../../../use-command.ts';
import { useActions } from '../use-actions.ts';

const CONFIRMED_MS = 2000;

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

/** What drives the avatar and how well, which pose is neutral, and which way round it moves. */
export function TrackingPanel() {
  const { t } = useTranslation();
  const run = useCommand();
  const words = usePipelineStatus((state) => wordsFor(state.report?.tracking));
  const fps = usePipelineStatus((state) => Math.round(state.report?.tracking.face.fps ?? 0));
  const mirror = useSnapshots((state) => state.studio?.settings.mirror ?? false);
  return (
    <Section
      title={t('tracking.title')}
      icon={<ScanFace />}
      state={
        <span data-testid="tracking" className="flex min-w-0">
          <StateLine tone={TONES[words]}>
            {t(`tracking.short.${words}`)}
            {words === 'tracking' && ` · ${t('status.fps', { fps })}`}
          </StateLine>
        </span>
      }
    >
      {words !== 'tracking' && <p className="mb-2 text-muted text-xs">{t(`tracking.help.${words}`)}</p>}
      <div className="flex items-center justify-between gap-4">
        <Recentre />
        <span title={t('tracking.mirrorTip')}>
          <SwitchRow
            label={t('tracking.mirror')}
            checked={mirror}
            onChange={(on) => void run(studioConfigure, { mirror: on })}
          />
        </span>
      </div>
    </Section>
  );
}

function Recentre() {
  const { t } = useTranslation();
  const { recentre } = useActions();
  const recentred = useRecentred();
  return (
    <Tip text={useWithShortcut(t('tracking.recentreTip'), 'recentre')}>
      <Button
        size="small"
        icon={
          recentred ? (
            <Check aria-hidden className="size-3.5 text-good" />
          ) : (
            <Crosshair aria-hidden className="size-3.5" />
          )
        }
        aria-keyshortcuts={useShortcutAria('recentre')}
        onClick={recentre}
      >
        {t(recentred ? 'tracking.recentred' : 'tracking.recentre')}
      </Button>
    </Tip>
  );
}

/** True for a moment after every recentring, by the button or by its key. */
function useRecentred(): boolean {
  const count = usePipelineStatus((state) => state.recentred);
  const [seen, setSeen] = useState(count);
  useEffect(() => {
    const timer = setTimeout(() => setSeen(count), CONFIRMED_MS);
    return () => clearTimeout(timer);
  }, [count]);
  return count !== seen;
}
