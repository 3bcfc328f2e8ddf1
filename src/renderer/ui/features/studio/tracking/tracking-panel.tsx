import { Check, Crosshair, ScanFace, ScanSearch } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { studioConfigure } from '../../../../../shared/ipc/studio.ts';
import { openDialog } from '../../../../state/dialogs.ts';
import { usePipelineStatus } from '../../../../state/pipeline-status.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Button } from '../../../components/button.tsx';
import { cx } from '../../../components/cx.ts';
import { Section } from '../../../components/section.tsx';
import { StateLine } from '../../../components/state-line.tsx';
import { SwitchRow } from '../../../components/switch-row.tsx';
import { Tip } from '../../../components/tip.tsx';
import { useShortcutAria, useWithShortcut } from '../../../shortcuts.ts';
import { useCommand } from '../../../use-command.ts';
import { useGivenUp } from '../../tracking/given-up.ts';
import { TRACKING_TONES, trackingWords } from '../../tracking/tracking-words.ts';
import { useActions } from '../use-actions.ts';
import { useRecentring } from './use-recentring.ts';

/** What drives the avatar and how well, which pose is neutral, and which way round it moves. */
export function TrackingPanel() {
  const { t } = useTranslation();
  const run = useCommand();
  const words = usePipelineStatus((state) => trackingWords(state.report?.tracking));
  const fps = usePipelineStatus((state) => Math.round(state.report?.tracking.face.fps ?? 0));
  const faces = usePipelineStatus((state) => state.report?.tracking.faces ?? 0);
  const givenUp = useGivenUp();
  const mirror = useSnapshots((state) => state.studio?.settings.mirror ?? false);
  return (
    <Section
      title={t('tracking.title')}
      icon={<ScanFace />}
      state={
        <span data-testid="tracking" className="flex min-w-0">
          <StateLine tone={TRACKING_TONES[words]}>
            {t(`tracking.short.${words}`)}
            {words === 'tracking' && ` · ${t('status.fps', { fps })}`}
          </StateLine>
        </span>
      }
    >
      {words !== 'tracking' && <p className="mb-2 text-muted text-xs">{t(`tracking.help.${words}`)}</p>}
      {words === 'tracking' && faces > 1 && (
        <p className="mb-2 text-warn text-xs">{t('tracking.twoFaces', { count: faces })}</p>
      )}
      {givenUp && <p className="mb-2 text-muted text-xs">{givenUp}</p>}
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <span className="flex flex-wrap gap-1.5">
          <Recentre />
          <Tip text={t('tracking.inspectTip')}>
            <Button
              size="small"
              icon={<ScanSearch aria-hidden className="size-3.5" />}
              onClick={() => openDialog({ kind: 'tracking', tab: 'signals' })}
            >
              {t('tracking.inspect')}
            </Button>
          </Tip>
        </span>
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
  const state = useRecentring();
  return (
    <Tip text={useWithShortcut(t('tracking.recentreTip'), 'recentre')}>
      <Button
        size="small"
        icon={
          state === 'recentred' ? (
            <Check aria-hidden className="size-3.5 text-good" />
          ) : (
            <Crosshair aria-hidden className={cx('size-3.5', state === 'recentring' && 'animate-breathe')} />
          )
        }
        aria-keyshortcuts={useShortcutAria('recentre')}
        onClick={recentre}
      >
        {t(`tracking.${state}`)}
      </Button>
    </Tip>
  );
}
