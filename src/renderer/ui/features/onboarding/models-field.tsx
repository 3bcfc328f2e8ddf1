import { Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { TrackingFeature } from '../../../../shared/domain/model-manifest.ts';
import { describeReason } from '../../../../shared/errors.ts';
import { modelsCancel, modelsDownload } from '../../../../shared/ipc/models.ts';
import { sumOf } from '../../../state/models.ts';
import { useSnapshots } from '../../../state/snapshots.ts';
import { megabytes } from '../../bytes.ts';
import { Button } from '../../components/button.tsx';
import { ProgressBar } from '../../components/progress-bar.tsx';
import { useCommand } from '../../use-command.ts';

interface Props {
  readonly title: string;
  readonly text: string;
  /** Which parts of tracking it is about. The download fetches whatever else is missing as well. */
  readonly features: readonly TrackingFeature[];
}

/** What tracking still needs on this computer, and fetching it. */
export function ModelsField({ title, text, features }: Props) {
  const { t } = useTranslation();
  const run = useCommand();
  const models = useSnapshots((state) => state.models);
  const wanted = models.filter((model) => model.state !== 'present');
  const shown = wanted.filter(({ feature }) => features.includes(feature));
  const total = sumOf(wanted, 'bytes');
  const received = sumOf(wanted, 'received');
  const loading = shown.some((model) => model.state === 'downloading');
  const reason = shown.find((model) => model.reason && model.reason !== 'models.missing')?.reason;
  return (
    <div className="grid gap-2.5 rounded-lg border border-warn/35 bg-warn/8 p-3">
      <p className="font-medium">{loading ? t('models.downloading') : title}</p>
      <p className="text-muted text-xs">
        {reason && !loading ? `${describeReason(reason).what} ${describeReason(reason).action}` : text}
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
