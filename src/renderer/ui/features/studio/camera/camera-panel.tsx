import { Video } from 'lucide-react';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { isRetryable } from '../../../../../shared/errors.ts';
import { studioConfigure } from '../../../../../shared/ipc/studio.ts';
import { usePipelineStatus } from '../../../../state/pipeline-status.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Button } from '../../../components/button.tsx';
import { DeviceSelect } from '../../../components/device-select.tsx';
import { Problem } from '../../../components/problem.tsx';
import { Section } from '../../../components/section.tsx';
import { StateLine } from '../../../components/state-line.tsx';
import { DEVICE_TONES } from '../../../device-tones.ts';
import { useStudio } from '../../../studio-context.ts';
import { useCommand } from '../../../use-command.ts';
import { useDevices } from '../../../use-devices.ts';

export function CameraPanel() {
  const { t } = useTranslation();
  const { pipeline } = useStudio();
  const list = useCallback(() => pipeline.cameras(), [pipeline]);
  const run = useCommand();
  const choice = useSnapshots((state) => state.studio?.settings.camera ?? 'default');
  const state = usePipelineStatus((status) => status.report?.camera.state ?? 'starting');
  const reason = usePipelineStatus((status) => status.report?.camera.reason ?? null);
  const fps = usePipelineStatus((status) => Math.round(status.report?.camera.fps ?? 0));
  const recorded = useSnapshots((snapshot) => snapshot.studio?.tracking.source === 'recorded');
  const devices = useDevices(list, state);

  return (
    <Section
      title={t('camera.title')}
      icon={<Video />}
      state={
        <StateLine tone={recorded ? 'quiet' : DEVICE_TONES[state]}>
          {recorded ? t('camera.unused') : t(`camera.${state}`, { fps })}
        </StateLine>
      }
    >
      <DeviceSelect
        label={t('camera.title')}
        value={choice}
        devices={devices}
        onChange={(camera) => void run(studioConfigure, { camera })}
      />
      {!recorded && reason && (
        <Problem reason={reason} tone={isRetryable(reason) ? 'warn' : 'bad'} className="mt-2">
          <Button size="small" onClick={() => pipeline.retryCamera()}>
            {t('common.retry')}
          </Button>
        </Problem>
      )}
    </Section>
  );
}
