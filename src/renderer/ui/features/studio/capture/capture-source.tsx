import { Monitor, Square } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { PipelineReport } from '../../../../../shared/domain/report.ts';
import { Button } from '../../../components/button.tsx';
import { IconButton } from '../../../components/icon-button.tsx';
import { Problem } from '../../../components/problem.tsx';
import { StateLine, type Tone } from '../../../components/state-line.tsx';
import { useCapture } from './use-capture.ts';

const TONES: Record<PipelineReport['capture']['state'], Tone> = {
  off: 'quiet',
  asking: 'busy',
  running: 'good',
  failed: 'bad',
};

/** What is captured and how it goes, with choosing another one and ending it. */
export function CaptureSourceRow() {
  const { t } = useTranslation();
  const { report, name, choose, stop } = useCapture();
  const { state, reason, width, height } = report;
  const running = state === 'running';
  const ended = reason === 'capture.ended';
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-2">
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-2 rounded-lg bg-raised py-2 pr-2 pl-3">
        <Monitor aria-hidden className="size-4 shrink-0 text-muted" />
        <span className="min-w-0 flex-1 basis-32">
          {running && (
            <span className="block truncate font-medium" title={name}>
              {name}
            </span>
          )}
          <StateLine tone={TONES[state]}>
            {t(`capture.${state}`, { width, height, fps: Math.round(report.fps) })}
          </StateLine>
        </span>
        <span className="ml-auto flex items-center gap-1">
          <Button size="small" aria-disabled={state === 'asking'} onClick={choose}>
            {t(running ? 'capture.chooseOther' : ended ? 'capture.again' : 'capture.choose')}
          </Button>
          {running && (
            <IconButton label={t('capture.stop')} icon={<Square className="size-3.5" />} onClick={stop} />
          )}
        </span>
      </div>
      {reason && <Problem reason={reason} tone={ended ? 'warn' : 'bad'} />}
    </div>
  );
}
