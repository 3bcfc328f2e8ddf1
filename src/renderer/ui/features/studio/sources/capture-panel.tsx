import { MonitorUp, ScreenShare, Square } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { PipelineReport } from '../../../../../shared/domain/report.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Button } from '../../../components/button.tsx';
import { IconButton } from '../../../components/icon-button.tsx';
import { Problem } from '../../../components/problem.tsx';
import { Section } from '../../../components/section.tsx';
import { StateLine, type Tone } from '../../../components/state-line.tsx';
import { useCapture } from '../capture/use-capture.ts';

const TONES: Record<PipelineReport['capture']['state'], Tone> = {
  off: 'quiet',
  asking: 'busy',
  running: 'good',
  failed: 'bad',
};

/** The screen or window that scenes can show: what it is, choosing another, ending it. */
export function CapturePanel() {
  const { t } = useTranslation();
  const { report, name, choose, stop } = useCapture();
  const shown = useSnapshots((state) => state.studio?.scene.capture.shown ?? false);
  const on = report.state === 'running';
  return (
    <Section
      title={t('source.capture')}
      icon={<MonitorUp />}
      state={<StateLine tone={TONES[report.state]}>{t(`source.captureState.${report.state}`)}</StateLine>}
    >
      <div className="flex items-center gap-2">
        <p className="min-w-0 flex-1 truncate text-muted text-xs" title={on ? name : undefined}>
          {on
            ? `${name} · ${report.width} × ${report.height}`
            : t(shown ? 'source.captureWanted' : 'source.captureHelp')}
        </p>
        <Button
          size="small"
          icon={<ScreenShare aria-hidden className="size-3.5" />}
          disabled={report.state === 'asking'}
          onClick={choose}
        >
          {t(on ? 'source.captureOther' : 'source.captureChoose')}
        </Button>
        {on && (
          <IconButton label={t('source.captureStop')} icon={<Square className="size-3.5" />} onClick={stop} />
        )}
      </div>
      {/* Where the shown scene misses it, the banner over the programme says so. */}
      {report.reason && !shown && <Problem reason={report.reason} tone="warn" className="mt-2" />}
    </Section>
  );
}
