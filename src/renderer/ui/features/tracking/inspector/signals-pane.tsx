import { useCallback, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ARKIT_CHANNELS, type ArkitChannel } from '../../../../../shared/domain/arkit.ts';
import { SelectArrow } from '../../../components/select-arrow.tsx';
import { GRAPH_MS, paintGraph } from './graph.ts';
import type { InspectorLoop } from './inspector-loop.ts';
import { scaleOf, TRACES, type Trace } from './traces.ts';
import { useNow } from './use-inspector-loop.ts';

const FIRST: readonly Trace[] = ['yaw', 'eyeBlinkLeft', 'jawOpen', 'mouthSmileLeft'];
const CHANNELS: ReadonlySet<string> = new Set(ARKIT_CHANNELS);
const SECONDS = GRAPH_MS / 1000;

/** Chosen signals as they were read and as they were solved. */
export function SignalsPane({ loop }: { readonly loop: InspectorLoop }) {
  const { t } = useTranslation('tracking');
  const [traces, setTraces] = useState(FIRST);
  return (
    <div className="flex min-h-full flex-col gap-2.5">
      <p className="flex flex-wrap items-center gap-x-4 gap-y-1 text-muted text-xs">
        <span className="mr-auto">{t('graph.hint', { seconds: SECONDS })}</span>
        <Key className="h-0.5 bg-warn">{t('graph.raw')}</Key>
        <Key className="h-1 bg-accent">{t('graph.solved')}</Key>
      </p>
      {traces.map((trace, at) => (
        <Graph
          key={at}
          number={at + 1}
          trace={trace}
          loop={loop}
          onChange={(next) => setTraces(traces.map((each, other) => (other === at ? next : each)))}
        />
      ))}
    </div>
  );
}

function Key({ className, children }: { readonly className: string; readonly children: string }) {
  return (
    <span className="flex items-center gap-1.5">
      <span aria-hidden className={`keep-colours w-4 rounded-full ${className}`} />
      {children}
    </span>
  );
}

interface GraphProps {
  readonly number: number;
  readonly trace: Trace;
  readonly loop: InspectorLoop;
  readonly onChange: (trace: Trace) => void;
}

function Graph({ number, trace, loop, onChange }: GraphProps) {
  const { t } = useTranslation('tracking');
  const id = useId();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const surface = canvas.current;
    const paint = surface?.getContext('2d');
    if (!surface || !paint) return;
    return loop.add((feed) => paintGraph(surface, paint, feed, trace));
  }, [loop, trace]);
  const nameOf = (each: Trace) =>
    CHANNELS.has(each) ? t(`channel.${each as ArkitChannel}`) : t(`trace.${each as 'yaw'}`);
  const now = useNow(
    useCallback(() => {
      const column = TRACES.indexOf(trace);
      const { unit } = scaleOf(trace);
      const words = (value: number) =>
        Number.isNaN(value)
          ? t('none')
          : t(`unit.${unit}`, {
              value: unit === 'share' ? Math.round(value * 100) : value.toFixed(1).replace('-', '−'),
            });
      return t('graph.now', {
        raw: words(loop.feed.raw.newest(column)),
        solved: words(loop.feed.smooth.newest(column)),
      });
    }, [loop, trace, t]),
  );
  return (
    <div className="flex flex-1 flex-col gap-1">
      <div className="flex items-center gap-3">
        <label htmlFor={id} className="sr-only">
          {t('graph.choose', { number })}
        </label>
        <span className="relative w-60 max-w-full">
          <select
            id={id}
            className="select select-small"
            value={trace}
            onChange={(event) => onChange(event.target.value as Trace)}
          >
            {TRACES.map((each) => (
              <option key={each} value={each}>
                {nameOf(each)}
              </option>
            ))}
          </select>
          <SelectArrow />
        </span>
        <span className="ml-auto whitespace-nowrap text-muted text-xs tabular-nums">{now}</span>
      </div>
      <div className="relative min-h-20 flex-1">
        <canvas
          ref={canvas}
          role="img"
          aria-label={t('graph.label', { name: nameOf(trace), seconds: SECONDS })}
          data-testid={`graph-${number}`}
          className="keep-colours absolute inset-0 size-full rounded-md bg-well ring-1 ring-line"
        />
      </div>
    </div>
  );
}
