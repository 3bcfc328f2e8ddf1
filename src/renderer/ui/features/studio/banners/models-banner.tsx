import { Download, ScanFace } from 'lucide-react';
import { Progress } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import { describeReason } from '../../../../../shared/errors.ts';
import { modelsCancel, modelsDownload } from '../../../../../shared/ipc/models.ts';
import { sumOf } from '../../../../state/models.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { megabytes } from '../../../bytes.ts';
import { Banner } from '../../../components/banner.tsx';
import { Button } from '../../../components/button.tsx';
import { useCommand } from '../../../use-command.ts';

/**
 * What is missing for tracking the face, how to get it, and how far the download is. Other parts' models, which are
 * fetched with it, are not needed for an avatar that follows.
 */
export function ModelsBanner() {
  const { t } = useTranslation();
  const run = useCommand();
  const models = useSnapshots((state) => state.models);
  const wanted = models.filter((model) => model.state !== 'present');
  const face = wanted.filter(({ feature }) => feature === 'face');
  const total = sumOf(wanted, 'bytes');
  const received = sumOf(wanted, 'received');

  if (face.some((model) => model.state === 'downloading')) {
    return (
      <Banner
        tone="info"
        icon={<ScanFace />}
        title={t('models.downloading')}
        text={t('models.progress', { received: megabytes(received), total: megabytes(total) })}
      >
        <Progress.Root
          value={Math.min(received, total)}
          max={total}
          aria-label={t('models.downloading')}
          className="h-2 w-40 overflow-hidden rounded-full bg-hover"
        >
          <Progress.Indicator
            className="h-full origin-left bg-accent"
            style={{ transform: `scaleX(${total > 0 ? Math.min(1, received / total) : 0})` }}
          />
        </Progress.Root>
        <Button size="small" onClick={() => void run(modelsCancel, {})}>
          {t('models.cancel')}
        </Button>
      </Banner>
    );
  }

  const reason = face.find((model) => model.reason && model.reason !== 'models.missing')?.reason ?? null;
  const names = face.map((model) => model.name).join(', ');
  const words = reason && describeReason(reason);
  return (
    <Banner
      tone="warn"
      icon={<ScanFace />}
      title={t(words ? 'models.refusedTitle' : 'models.title')}
      text={
        words
          ? `${names}: ${words.what} ${words.action}`
          : `${t('models.text', { name: names, size: megabytes(sumOf(face, 'bytes')) })} ${t('models.help')}`
      }
    >
      <Button
        kind="primary"
        size="small"
        icon={<Download aria-hidden className="size-3.5" />}
        onClick={() => void run(modelsDownload, {})}
      >
        {t('models.download', { size: megabytes(total) })}
      </Button>
    </Banner>
  );
}
