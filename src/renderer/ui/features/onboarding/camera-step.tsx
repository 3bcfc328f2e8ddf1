import { ScanFace, ShieldCheck } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { studioConfigure } from '../../../../shared/ipc/studio.ts';
import { isMissing } from '../../../state/models.ts';
import { usePipelineStatus } from '../../../state/pipeline-status.ts';
import { useSnapshots } from '../../../state/snapshots.ts';
import { Button } from '../../components/button.tsx';
import { StateLine } from '../../components/state-line.tsx';
import { useStudio } from '../../studio-context.ts';
import { useCommand } from '../../use-command.ts';
import { CameraField } from '../settings/camera-field.tsx';
import { ModelsField } from './models-field.tsx';
import { Promised } from './promise.tsx';

const FACE = ['face'] as const;

/** Which camera, whether it sees a face, and how to go on without one. */
export function CameraStep() {
  const { t } = useTranslation();
  const run = useCommand();
  const missing = useSnapshots((state) => isMissing(state.models, 'face'));
  const choice = useSnapshots((state) => state.studio?.settings.camera ?? 'default');
  useCameraAsked(choice);
  return (
    <div className="grid gap-4">
      <ul>
        <Promised icon={<ShieldCheck />}>{t('onboarding.camera.private')}</Promised>
      </ul>
      {missing && (
        <ModelsField
          title={t('onboarding.camera.modelsTitle')}
          text={t('onboarding.camera.modelsText')}
          features={FACE}
        />
      )}
      <CameraField />
      <Seen />
      {choice === 'none' ? (
        <p className="text-muted">{t('onboarding.camera.without')}</p>
      ) : (
        <Button
          kind="plain"
          className="-ml-3 justify-self-start"
          onClick={() => void run(studioConfigure, { camera: 'none' })}
        >
          {t('onboarding.camera.skip')}
        </Button>
      )}
    </div>
  );
}

/** Until here nobody was asked for the camera: only now it stands beside the question what it is for. */
function useCameraAsked(choice: string): void {
  const { pipeline } = useStudio();
  useEffect(() => {
    const camera = usePipelineStatus.getState().report?.camera.state;
    if (camera === 'off' && choice !== 'none') pipeline.retryCamera();
  }, [pipeline, choice]);
}

/** Whether the avatar follows already, and what helps it to. */
function Seen() {
  const { t } = useTranslation();
  const source = usePipelineStatus((status) => status.report?.tracking.source ?? 'none');
  const state = usePipelineStatus((status) => status.report?.tracking.state ?? 'no-camera');
  const running = usePipelineStatus((status) => status.report?.camera.state === 'running');
  const isTracked = useSnapshots((snapshots) => snapshots.studio?.tracking.source === 'camera');
  if (!running || !isTracked || source !== 'camera') return null;
  const follows = state === 'tracking';
  return (
    <div role="status" className="flex gap-3 rounded-lg bg-raised p-3">
      <ScanFace aria-hidden className={`size-8 shrink-0 ${follows ? 'text-good' : 'text-muted'}`} />
      <div className="min-w-0">
        <StateLine tone={follows ? 'good' : 'warn'}>
          {t(follows ? 'onboarding.camera.follows' : 'onboarding.camera.noFace')}
        </StateLine>
        <p className="mt-0.5 text-muted text-xs">
          {t(follows ? 'onboarding.camera.followsHint' : 'onboarding.camera.noFaceHint')}
        </p>
      </div>
    </div>
  );
}
