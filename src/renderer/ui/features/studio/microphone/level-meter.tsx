import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../../../components/cx.ts';
import { decibels, FLOOR_DB, meterShare } from './level.ts';
import { useLevelLoop } from './level-loop.ts';

const SPOKEN_EVERY_MS = 1000;
/** Decibels with a mark below the scale. */
const MARKS = [-40, -20, 0] as const;

/** Level, held peak and clip light, drawn straight onto the elements; React only switches it on and off. */
export function LevelMeter({ running }: { readonly running: boolean }) {
  const { t } = useTranslation();
  const meter = useRef<HTMLDivElement>(null);
  const cover = useRef<HTMLDivElement>(null);
  const peak = useRef<HTMLDivElement>(null);
  const clip = useRef<HTMLSpanElement>(null);
  const spokenAtMs = useRef(0);

  useLevelLoop(running, (level, hold, clipLight, nowMs) => {
    if (!meter.current || !cover.current || !peak.current || !clip.current) return;
    cover.current.style.transform = `scaleX(${level ? 1 - meterShare(level.rms) : 1})`;
    peak.current.style.transform = `translateX(${level ? meterShare(hold.peak) * 100 : 0}%)`;
    peak.current.style.opacity = level && hold.peak > 0.001 ? '1' : '0';
    clip.current.dataset['on'] = clipLight ? 'true' : 'false';
    if (level && nowMs - spokenAtMs.current < SPOKEN_EVERY_MS) return;
    spokenAtMs.current = nowMs;
    const db = level ? Math.round(decibels(level.rms)) : FLOOR_DB;
    meter.current.setAttribute('aria-valuenow', String(db));
    const words = clipLight ? t('microphone.tooLoud') : t('microphone.levelText', { db });
    meter.current.setAttribute('aria-valuetext', level ? words : t('microphone.silent'));
  });

  return (
    <div className="mt-2.5 flex items-start gap-2">
      <div className="min-w-0 flex-1">
        {/* biome-ignore lint/a11y/useSemanticElements: a native meter cannot be drawn as this bar with its peak */}
        <div
          ref={meter}
          role="meter"
          aria-label={t('microphone.level')}
          aria-valuemin={FLOOR_DB}
          aria-valuemax={0}
          aria-valuenow={FLOOR_DB}
          className={cx('meter-scale relative h-2 overflow-hidden rounded-full', !running && 'opacity-60')}
        >
          <div ref={cover} className="absolute inset-0 origin-right bg-raised" />
          {/* As wide as the bar, so that its share of the width is a share of the scale. */}
          <div ref={peak} className="absolute inset-0 opacity-0">
            <div className="absolute inset-y-0 left-0 w-0.5 -translate-x-0.5 bg-text" />
          </div>
        </div>
        <Marks />
      </div>
      <span
        ref={clip}
        data-on="false"
        title={t('microphone.clipTip')}
        className="-mt-1 rounded border border-line px-1.5 text-2xs/4 text-muted data-[on=true]:border-danger data-[on=true]:bg-danger data-[on=true]:font-semibold data-[on=true]:text-on-fill"
      >
        {t('microphone.clip')}
      </span>
    </div>
  );
}

function Marks() {
  return (
    <div aria-hidden className="relative mt-0.5 h-3.5 text-2xs text-muted tabular-nums">
      {MARKS.map((db) => (
        <span
          key={db}
          className={cx('absolute', db === 0 ? 'right-0' : '-translate-x-1/2')}
          style={db === 0 ? undefined : { left: `${(1 - db / FLOOR_DB) * 100}%` }}
        >
          {db === 0 ? '0 dB' : db}
        </span>
      ))}
    </div>
  );
}
