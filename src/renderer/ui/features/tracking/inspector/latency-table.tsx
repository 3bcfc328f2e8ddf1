import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { InspectorLoop } from './inspector-loop.ts';
import { LATENCY_STAGES } from './latency.ts';
import { NumberTable } from './number-table.tsx';
import { useNow } from './use-inspector-loop.ts';

/** How long each stage takes from the camera to the picture. */
export function LatencyTable({ loop }: { readonly loop: InspectorLoop }) {
  const { t } = useTranslation('tracking');
  const numbers = useNow(
    useCallback(() => LATENCY_STAGES.map((_, at) => inWords(loop.feed.latency.median(at))).join(' '), [loop]),
  ).split(' ');
  return (
    <div data-testid="latency">
      <NumberTable
        title={t('latency')}
        columns={[t('column.time')]}
        rows={LATENCY_STAGES.map((stage, at) => ({
          name: t(`latencyStage.${stage}`),
          cells: [numbers[at] ? t('ms', { ms: numbers[at] }) : t('none')],
        }))}
        hint={t('latencyHint')}
      />
    </div>
  );
}

function inWords(ms: number | null): string {
  return ms === null ? '' : ms.toFixed(ms < 10 ? 2 : 0);
}
