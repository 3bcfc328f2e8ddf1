import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { isRetryable } from '../../../../shared/errors.ts';
import { studioConfigure } from '../../../../shared/ipc/studio.ts';
import { usePipelineStatus } from '../../../state/pipeline-status.ts';
import { useSnapshots } from '../../../state/snapshots.ts';
import { Button } from '../../components/button.tsx';
import { DeviceSelect } from '../../components/device-select.tsx';
import { Problem } from '../../components/problem.tsx';
import { StateLine } from '../../components/state-line.tsx';
import { DEVICE_TONES } from '../../device-tones.ts';
import { useStudio } from '../../studio-context.ts';
import { useCommand } from '../../use-command.ts';
import { useDevices } from '../../use-devices.ts';

/** Which camera, how it does, and what to do when it does not. */
export function CameraField() {
  const { t } = useTranslation();
  const { pipeline } = useStudio();
  const run = useCommand();
  const list = useCallback(() => pipeline.cameras(), [pipeline]);
  const choice = useSnapshots((state) => state.studio?.settings.camera ?? 'default');
  const recorded = useSnapshots((state) => state.studio?.tracking.source === 'recorded');
  const state = usePipelineStatus((status) => status.report?.camera.state ?? 'starting');
  const reason = usePipelineStatus((status) => status.report?.camera.reason ?? null);
  const fps = usePipelineStatus((status) => Math.round(status.report?.camera.fps ?? 0));
  const devices = useDevices(list, state);
  return (
    <div className="grid gap-2">
      <DeviceSelect
        label={t('camera.title')}
        value={choice}
        devices={devices}
        onChange={(camera) => void run(studioConfigure, { camera })}
      />
      <StateLine tone={recorded ? 'quiet' : DEVICE_TONES[state]}>
        {recorded ? t('camera.unused') : t(`camera.${state}`, { fps })}
      </StateLine>
      {!recorded && reason && (
        <Problem reason={reason} tone={isRetryable(reason) ? 'warn' : 'bad'}>
          <Button size="small" onClick={() => pipeline.retryCamera()}>
            {t('common.retry')}
          </Button>
        </Problem>
      )}
    </div>
  );
}
