import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { clockText } from './clock-text.ts';

/** Ticks by itself between snapshots, without React. */
export function Elapsed() {
  const { t } = useTranslation();
  const text = useRef<HTMLSpanElement>(null);
  const startedAt = useSnapshots((state) => state.stream?.startedAt ?? null);
  const phase = useSnapshots((state) => state.stream?.phase ?? 'idle');
  const elapsed = useSnapshots((state) => state.stream?.elapsedSeconds ?? 0);
  const live = phase === 'live';

  useEffect(() => {
    const show = () => {
      if (!text.current) return;
      const seconds = live && startedAt !== null ? (Date.now() - startedAt) / 1000 : elapsed;
      text.current.textContent = clockText(seconds);
    };
    show();
    if (!live) return;
    const timer = setInterval(show, 500);
    return () => clearInterval(timer);
  }, [live, startedAt, elapsed]);

  if (phase === 'idle') return null;
  return (
    <p className="font-semibold text-base tabular-nums">
      <span className="sr-only">{t('status.elapsed')}: </span>
      <span ref={text}>{clockText(0)}</span>
    </p>
  );
}
