import { Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { describeReason } from '../../../../shared/errors.ts';
import { modelsCancel, modelsDownload } from '../../../../shared/ipc/models.ts';
import { type ModelStatus, useSnapshots } from '../../../state/snapshots.ts';
import { megabytes } from '../../bytes.ts';
import { Button } from '../../components/button.tsx';
import { ProgressBar } from '../../components/progress-bar.tsx';
import { useCommand } from '../../use-command.ts';

/** What face tracking still needs on this computer, and fetching it. */
export function ModelsField() {
  const { t } = useTranslation();
  const run = useCommand();
  const models = useSnapshots((state) => state.models);
  const wanted = models.filter((model) => model.state !== 'present');
  const total = sum(wanted, 'bytes');
  const received = sum(wanted, 'received');
  const loading = wanted.some((model) => model.state === 'downloading');
  const reason = wanted.find((model) => model.reason && model.reason !== 'models.missing')?.reason;
  return (
    <div className="grid gap-2.5 rounded-lg border border-warn/35 bg-warn/8 p-3">
      <p className="font-medium">{t(loading ? 'models.downloading' : 'onboarding.camera.modelsTitle')}</p>
      <p className="text-muted text-xs">
        {reason && !loading
          ? `${describeReason(reason).what} ${describeReason(reason).action}`
          : t('onboarding.camera.modelsText')}
      </p>
      {loading ? (
        <div className="flex items-center gap-3">
          <ProgressBar label={t('models.downloading')} value={received} max={total} className="flex-1" />
          <span className="text-muted text-xs tabular-nums">
            {t('models.progress', { received: megabytes(received), total: megabytes(total) })}
          </span>
          <Button size="small" onClick={() => void run(modelsCancel, {})}>
            {t('models.cancel')}
          </Button>
        </div>
      ) : (
        <Button
          size="small"
          kind="primary"
          className="justify-self-start"
          icon={<Download aria-hidden className="size-3.5" />}
          onClick={() => void run(modelsDownload, {})}
        >
          {t('models.download', { size: megabytes(total) })}
        </Button>
      )}
    </div>
  );
}

function sum(models: readonly ModelStatus[], part: 'bytes' | 'received'): number {
  return models.reduce((all, model) => all + model[part], 0);
}
