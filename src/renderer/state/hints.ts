import type { PipelineReport } from '../../shared/domain/report.ts';
import type { StreamSnapshot } from '../../shared/domain/stream-state.ts';
import type { StudioSnapshot } from '../../shared/domain/studio.ts';
import type { LossKind } from './losses.ts';

export type HintSeverity = 'bad' | 'warn' | 'info' | 'good' | 'busy';

/** What the button of a hint does; null where only the user can do it. */
export type HintAction = 'picture' | 'camera' | 'audio' | 'unmute' | 'bring-back' | 'choose-capture';

export type HintKey =
  | 'panic'
  | 'destination-failed'
  | 'reconnecting'
  | 'network-bad'
  | 'encode-bad'
  | 'render-bad'
  | 'camera-failed'
  | 'microphone-failed'
  | 'network-warn'
  | 'encode-warn'
  | 'render-warn'
  | 'clipping'
  | 'no-face'
  | 'low-confidence'
  | 'no-camera'
  | 'capture-missing'
  | 'queue'
  | 'muted'
  | 'silent'
  | 'recorded'
  | 'getting-ready'
  | 'rehearsing'
  | 'live'
  | 'ready';

export interface Hint {
  readonly key: HintKey;
  readonly severity: HintSeverity;
  readonly values: Readonly<Record<string, string | number>>;
  readonly action: HintAction | null;
}

export interface HintInput {
  readonly studio: StudioSnapshot | null;
  readonly stream: StreamSnapshot | null;
  readonly report: PipelineReport | null;
  /** Shares of the last seconds' frames, percent 0..100; null before there are any. */
  readonly recent: Readonly<Record<LossKind, number>> | null;
  /** The microphone was too loud a moment ago. */
  readonly clipping: boolean;
}

/** OBS's own thresholds. */
const WARN_PERCENT = 1;
const BAD_PERCENT = 5;
/** Below this share of the rate that is wanted, even an unsent picture visibly stutters. */
const SLOW_RATE = 0.7;
/** So much waiting for a server is felt by viewers, and shortly before frames are dropped. */
const LONG_QUEUE_MS = 2000;

/**
 * The one thing worth telling the user now, the most harmful first: what viewers suffer from, then what the avatar
 * suffers from, then what may be meant to be so. Pure.
 */
export function hintOf(input: HintInput): Hint {
  return (
    cut(input) ??
    delivery(input) ??
    slowness(input, BAD_PERCENT) ??
    devices(input) ??
    slowness(input, WARN_PERCENT) ??
    sound(input) ??
    face(input) ??
    layers(input) ??
    meant(input) ??
    fine(input)
  );
}

function hint(
  key: HintKey,
  severity: HintSeverity,
  action: HintAction | null = null,
  values: Hint['values'] = {},
): Hint {
  return { key, severity, values, action };
}

const onAir = (stream: StreamSnapshot | null): boolean => stream?.phase === 'live';

function cut({ studio }: HintInput): Hint | null {
  return studio?.panic ? hint('panic', 'warn', 'bring-back') : null;
}

function delivery({ stream }: HintInput): Hint | null {
  if (!stream || !onAir(stream)) return null;
  const failed = stream.destinations.find(({ state }) => state === 'failed');
  if (failed) return hint('destination-failed', 'bad', null, { name: failed.name });
  const again = stream.destinations.find(({ state }) => state === 'reconnecting');
  return again ? hint('reconnecting', 'warn', null, { name: again.name }) : null;
}

/** Lost frames of the last seconds; the network first, since it is what a viewer sees worst. */
function slowness(input: HintInput, above: number): Hint | null {
  const { recent, report, stream, studio } = input;
  const bad = above === BAD_PERCENT;
  if (recent && onAir(stream)) {
    for (const kind of ['network', 'encode', 'render'] as const) {
      const percent = recent[kind];
      if (percent <= above) continue;
      const severity = bad ? 'bad' : 'warn';
      return hint(`${kind}-${severity}`, severity, 'picture', { percent: Math.round(percent) });
    }
    return null;
  }
  const wanted = studio?.settings.picture.fps ?? 0;
  const drawn = report?.render.fps ?? 0;
  if (bad || !report?.ready || drawn >= wanted * SLOW_RATE) return null;
  return hint('render-warn', 'warn', 'picture', { percent: Math.round(100 - (drawn * 100) / wanted) });
}

function devices({ report, studio }: HintInput): Hint | null {
  if (report?.camera.state === 'failed' && studio?.tracking.source === 'camera') {
    return hint('camera-failed', 'bad', 'camera');
  }
  return report?.microphone.state === 'failed' ? hint('microphone-failed', 'bad', 'audio') : null;
}

function sound({ clipping, stream, studio }: HintInput): Hint | null {
  if (studio?.muted) return onAir(stream) ? hint('muted', 'warn', 'unmute') : null;
  return clipping ? hint('clipping', 'warn') : null;
}

function face({ report, studio }: HintInput): Hint | null {
  if (!report?.ready || studio?.tracking.source !== 'camera') return null;
  switch (report.tracking.state) {
    case 'no-face':
      return hint('no-face', 'warn');
    case 'low-confidence':
      return hint('low-confidence', 'warn');
    case 'no-camera':
      return hint('no-camera', 'info', 'camera');
    case 'tracking':
      return null;
  }
}

function layers({ report, stream, studio }: HintInput): Hint | null {
  if (studio?.scene.capture.shown && report && report.capture.state !== 'running') {
    return hint('capture-missing', 'warn', 'choose-capture');
  }
  const slow = onAir(stream) && stream?.destinations.find(({ queueMs }) => queueMs > LONG_QUEUE_MS);
  if (!slow) return null;
  return hint('queue', 'warn', 'picture', { name: slow.name, seconds: Math.round(slow.queueMs / 1000) });
}

function meant({ report, studio }: HintInput): Hint | null {
  if (!report?.ready) return hint('getting-ready', 'busy');
  if (studio?.tracking.source === 'recorded') return hint('recorded', 'info');
  return studio?.settings.microphone === 'none' ? hint('silent', 'info', 'audio') : null;
}

function fine({ stream }: HintInput): Hint {
  if (!onAir(stream)) return hint('ready', 'good');
  return hint(stream?.kind === 'rehearsal' ? 'rehearsing' : 'live', 'good');
}
