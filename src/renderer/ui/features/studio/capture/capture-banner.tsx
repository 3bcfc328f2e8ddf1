import { MonitorX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { describeReason } from '../../../../../shared/errors.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Banner } from '../../../components/banner.tsx';
import { Button } from '../../../components/button.tsx';
import { useCapture } from './use-capture.ts';

/** The shown scene has a captured layer and nothing is on it any more: says why, and chooses again. */
export function CaptureBanner() {
  const { t } = useTranslation();
  const { report, choose } = useCapture();
  const wanted = useSnapshots((state) => state.studio?.scene.capture.shown ?? false);
  if (!wanted || report.reason === null || report.state !== 'failed') return null;
  const ended = report.reason === 'capture.ended';
  const words = describeReason(report.reason);
  return (
    <Banner
      tone="warn"
      icon={<MonitorX />}
      title={ended ? t('capture.closedTitle') : words.what}
      text={ended ? t('capture.closedText') : words.action}
    >
      <Button size="small" kind="primary" onClick={choose}>
        {t('capture.again')}
      </Button>
    </Banner>
  );
}
