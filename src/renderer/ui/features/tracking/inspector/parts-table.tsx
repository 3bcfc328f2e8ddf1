import { useTranslation } from 'react-i18next';
import { NO_PART } from '../../../../../shared/domain/report.ts';
import { usePipelineStatus } from '../../../../state/pipeline-status.ts';
import { NumberTable } from './number-table.tsx';

const PARTS = ['face', 'pose', 'hands'] as const;

/** How often every part is looked for, how long that takes, and what does it. */
export function PartsTable() {
  const { t } = useTranslation('tracking');
  const tracking = usePipelineStatus((state) => state.report?.tracking);
  return (
    <NumberTable
      title={t('parts')}
      columns={[t('column.rate'), t('column.time'), t('column.worker')]}
      rows={PARTS.map((part) => {
        const { fps, p50Ms, delegate } = tracking?.[part] ?? NO_PART;
        const off = delegate === 'none';
        return {
          name: t(`part.${part}`),
          cells: [
            off ? t('off') : t('rate', { fps: Math.round(fps) }),
            off || p50Ms === null ? t('none') : t('ms', { ms: p50Ms.toFixed(1) }),
            t(`delegate.${delegate}`),
          ],
        };
      })}
    />
  );
}
