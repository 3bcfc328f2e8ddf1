import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../../../components/cx.ts';
import { useStudio } from '../../../studio-context.ts';
import { decibels, FLOOR_DB, meterShare } from './level.ts';

const CLIP_HELD_MS = 1500;
const SPOKEN_EVERY_MS = 1000;

/** Drawn straight onto the elements at the screen's rate; React only switches it on and off. */
export function LevelMeter({ running }: { readonly running: boolean }) {
  const { t } = useTranslation();
  const { pipeline } = useStudio();
  const meter = useRef<HTMLDivElement>(null);
  const cover = useRef<HTMLDivElement>(null);
  const peak = useRef<HTMLDivElement>(null);
  const clip = useRef<HTMLSpanElement>(null);

  useEffect(() => {
    const elements = {
      meter: meter.current!,
      cover: cover.current!,
      peak: peak.current!,
      clip: clip.current!,
    };
    let frame = 0;
    let clippedAt = Number.NEGATIVE_INFINITY;
    let spokenAt = Number.NEGATIVE_INFINITY;
    const rest = () => {
      elements.cover.style.transform = 'scaleX(1)';
      elements.peak.style.opacity = '0';
      elements.clip.dataset['on'] = 'false';
      elements.meter.setAttribute('aria-valuenow', String(FLOOR_DB));
      elements.meter.setAttribute('aria-valuetext', t('microphone.silent'));
    };
    const draw = (now: number) => {
      const level = pipeline.meter;
      elements.cover.style.transform = `scaleX(${1 - meterShare(level.rms)})`;
      elements.peak.style.left = `${meterShare(level.peak) * 100}%`;
      elements.peak.style.opacity = level.peak > 0.001 ? '1' : '0';
      if (level.clipped) clippedAt = now;
      elements.clip.dataset['on'] = now - clippedAt < CLIP_HELD_MS ? 'true' : 'false';
      if (now - spokenAt > SPOKEN_EVERY_MS) {
        spokenAt = now;
        const db = Math.round(decibels(level.rms));
        elements.meter.setAttribute('aria-valuenow', String(db));
        const words = level.clipped ? t('microphone.tooLoud') : t('microphone.levelText', { db });
        elements.meter.setAttribute('aria-valuetext', words);
      }
      frame = requestAnimationFrame(draw);
    };
    rest();
    if (!running) return;
    frame = requestAnimationFrame(draw);
    return () => cancelAnimationFrame(frame);
  }, [pipeline, running, t]);

  return (
    <div className={cx('mt-2 flex h-4 items-center gap-2', !running && 'opacity-60')}>
      {/* biome-ignore lint/a11y/useSemanticElements: a native meter cannot be drawn as this bar with its peak */}
      <div
        ref={meter}
        role="meter"
        aria-label={t('microphone.level')}
        aria-valuemin={FLOOR_DB}
        aria-valuemax={0}
        aria-valuenow={FLOOR_DB}
        className="relative h-2 flex-1 overflow-hidden rounded-full bg-linear-[90deg,var(--color-good)_70%,var(--color-warn)_80%,var(--color-bad)_98%]"
      >
        <div ref={cover} className="absolute inset-0 origin-right bg-raised" />
        <div ref={peak} className="absolute inset-y-0 w-0.5 -translate-x-0.5 bg-text opacity-0" />
      </div>
      <span
        ref={clip}
        data-on="false"
        title={t('microphone.clipTip')}
        className="rounded border border-edge px-1.5 text-muted text-xs data-[on=true]:border-danger data-[on=true]:bg-danger data-[on=true]:font-semibold data-[on=true]:text-on-fill"
      >
        {t('microphone.clip')}
      </span>
    </div>
  );
}
