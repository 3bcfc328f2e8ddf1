import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../components/button.tsx';
import { cx } from '../../../components/cx.ts';
import { useTrackingPort } from '../tracking-port.ts';
import { progressOf } from './progress-of.ts';
import { ProgressRing } from './progress-ring.tsx';
import { StepPicture } from './step-picture.tsx';
import { useStepWords } from './step-words.ts';
import type { Running } from './use-running.ts';

/** What to do now, how far it is, and the way out. */
export function RunningView({ running }: { readonly running: Running }) {
  const { t } = useTranslation('tracking');
  const port = useTrackingPort();
  const cancel = useRef<HTMLButtonElement>(null);
  const { title, text } = useStepWords()(running);
  const { share, secondsLeft, step, steps } = progressOf(running);
  // The button that began it is gone; the focus must not be.
  useEffect(() => cancel.current?.focus(), []);
  return (
    <div
      data-testid="calibrating"
      className="grid min-h-full place-content-center justify-items-center gap-4 text-center"
    >
      <ProgressRing
        label={t('calibration.progress')}
        text={t('calibration.leftSpoken', { seconds: secondsLeft })}
        share={share}
      >
        {running.kind === 'voice' ? (
          <span aria-hidden className="font-semibold text-[4rem] leading-none">
            {running.step}
          </span>
        ) : (
          <StepPicture step={running.kind === 'fit' ? running.step : 'rest'} />
        )}
      </ProgressRing>
      <div className="min-h-14">
        <p className="font-semibold text-xl">{title}</p>
        <p className="mt-1 text-base text-muted">{text}</p>
      </div>
      {steps > 1 && (
        <p className="flex items-center gap-3 text-muted text-xs">
          <span aria-hidden className="flex gap-1.5">
            {Array.from({ length: steps }, (_, at) => (
              <span key={at} className={cx('h-1.5 w-6 rounded-full', at < step ? 'bg-accent' : 'bg-hover')} />
            ))}
          </span>
          {t('calibration.step', { number: step, count: steps })}
        </p>
      )}
      <div className="flex items-center gap-3">
        <span className="w-8 text-right text-muted tabular-nums">
          {t('calibration.left', { seconds: secondsLeft })}
        </span>
        <Button ref={cancel} aria-keyshortcuts="Escape" onClick={() => port.cancelCalibration()}>
          {t('calibration.cancel')}
        </Button>
        <span className="text-muted text-xs">{t('calibration.keys')}</span>
      </div>
    </div>
  );
}
