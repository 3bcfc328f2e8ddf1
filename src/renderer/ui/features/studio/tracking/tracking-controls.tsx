import { Check, Crosshair } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { studioConfigure } from '../../../../../shared/ipc/studio.ts';
import { usePipelineStatus } from '../../../../state/pipeline-status.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Button } from '../../../components/button.tsx';
import { SwitchRow } from '../../../components/switch-row.tsx';
import { Tip } from '../../../components/tip.tsx';
import { shortcutAria, shortcutText } from '../../../shortcuts.ts';
import { useCommand } from '../../../use-command.ts';
import { useActions } from '../use-actions.ts';

const CONFIRMED_MS = 2000;

/** How the person's movement is taken: which pose is neutral, and which way round. */
export function TrackingControls() {
  const { t } = useTranslation();
  const run = useCommand();
  const { recentre } = useActions();
  const recentred = useRecentred();
  const mirror = useSnapshots((state) => state.studio?.settings.mirror ?? false);
  return (
    <div className="flex items-center gap-4">
      <Tip text={t('common.shortcut', { label: t('tracking.recentreTip'), keys: shortcutText('recentre') })}>
        <Button
          size="small"
          icon={
            recentred ? (
              <Check aria-hidden className="size-3.5 text-good" />
            ) : (
              <Crosshair aria-hidden className="size-3.5" />
            )
          }
          aria-keyshortcuts={shortcutAria('recentre')}
          onClick={recentre}
        >
          {t(recentred ? 'tracking.recentred' : 'tracking.recentre')}
        </Button>
      </Tip>
      <span title={t('tracking.mirrorTip')}>
        <SwitchRow
          label={t('tracking.mirror')}
          checked={mirror}
          onChange={(on) => void run(studioConfigure, { mirror: on })}
        />
      </span>
    </div>
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
