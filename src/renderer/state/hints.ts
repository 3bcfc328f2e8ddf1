import type { RenditionName } from '../../shared/domain/encoding.ts';
import { BAD_SHARE, type Health, WARN_SHARE } from '../../shared/domain/health.ts';
import type { PipelineReport } from '../../shared/domain/report.ts';
import type { DestinationStatus, StreamSnapshot } from '../../shared/domain/stream-state.ts';
import type { StudioSettings, StudioSnapshot } from '../../shared/domain/studio.ts';
import type { RecordingSnapshot } from '../../shared/ipc/recording.ts';
import { broadcastOf } from './on-air.ts';
import { secondPlays } from './second-sound.ts';

export type HintSeverity = 'bad' | 'warn' | 'info' | 'good' | 'busy';

/** What the button of a hint does; null where only the user can do it. */
export type HintAction =
  | 'picture'
  | 'camera'
  | 'audio'
  | 'recording'
  | 'stop-recording'
  | 'unmute'
  | 'bring-back'
  | 'choose-capture'
  | 'retry'
  | 'reload';

export type HintKey =
  | 'panic'
  | 'card'
  | 'nobody'
  | 'nobody-waiting'
  | 'destination-failed'
  | 'reconnecting'
  | 'waiting'
  | 'disk-full'
  | 'disk-low'
  | 'recording-failed'
  | 'cpu'
  | 'encoder-fallback'
  | 'bitrate-lowered'
  | 'second-system'
  | 'second-sound'
  | 'network-bad'
  | 'encode-bad'
  | 'render-bad'
  | 'camera-failed'
  | 'microphone-failed'
  | 'microphone-failed-second'
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
  | 'muted-second'
  | 'silent'
  | 'silent-second'
  | 'recorded'
  | 'getting-ready'
  | 'rehearsing'
  | 'recording'
  | 'live'
  | 'ready';

export interface Hint {
  readonly key: HintKey;
  readonly severity: HintSeverity;
  readonly values: Readonly<Record<string, string | number>>;
  readonly action: HintAction | null;
  /** The destination that the action is for. */
  readonly target: string | null;
}

export interface HintInput {
  readonly studio: StudioSnapshot | null;
  readonly stream: StreamSnapshot | null;
  readonly report: PipelineReport | null;
  readonly health: Health | null;
  readonly recording: RecordingSnapshot | null;
  /** Of this computer's processor. */
  readonly cores: number;
  /** The microphone was too loud a moment ago. */
  readonly clipping: boolean;
}

/** Below this share of the rate that is wanted, even an unsent picture visibly stutters. */
const SLOW_RATE = 0.7;
/** So much waiting for a server is felt by viewers, and shortly before frames are dropped. */
const LONG_QUEUE_MS = 2000;
/** Short enough of a full disk that making room cannot wait, or may. */
const DISK_BAD_SECONDS = 120;
const DISK_WARN_SECONDS = 600;
/** Of the whole processor; above it pictures are late sooner or later. */
const BUSY_SHARE = 0.9;
/** A bitrate that is closer to the one set is as good as reached. */
const NEARLY = 0.97;

/**
 * The one thing worth telling the user now, the most harmful first: what viewers suffer from, then what the avatar
 * suffers from, then what may be meant to be so. Pure.
 */
export function hintOf(input: HintInput): Hint {
  return (
    cut(input) ??
    card(input) ??
    delivery(input) ??
    disk(input, DISK_BAD_SECONDS) ??
    slowness(input, BAD_SHARE) ??
    devices(input) ??
    slowness(input, WARN_SHARE) ??
    processor(input) ??
    encoder(input) ??
    disk(input, DISK_WARN_SECONDS) ??
    sound(input) ??
    secondSource(input) ??
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
  target: string | null = null,
): Hint {
  return { key, severity, values, action, target };
}

const onAir = (stream: StreamSnapshot | null): boolean => stream?.phase === 'live';

function cut({ studio }: HintInput): Hint | null {
  return studio?.panic ? hint('panic', 'warn', 'bring-back') : null;
}

function card({ stream }: HintInput): Hint | null {
  return stream && onAir(stream) && stream.card ? hint('card', 'bad', 'reload') : null;
}

/** The loss of a destination that was seen comes before one that never was: its viewers sit and wait. */
function delivery({ stream }: HintInput): Hint | null {
  if (stream?.kind !== 'broadcast' || !onAir(stream)) return null;
  const destinations = broadcastOf(stream);
  const again = destinations.find(({ state }) => state === 'reconnecting');
  if (again) return reconnecting(again, !destinations.some(({ state }) => state === 'live'));
  const failed = destinations.find(({ state }) => state === 'failed');
  return failed ? hint('destination-failed', 'bad', 'retry', { name: failed.name }, failed.id) : null;
}

function reconnecting({ id, name, retryInMs }: DestinationStatus, nobody: boolean): Hint {
  const severity = nobody ? 'bad' : 'warn';
  if (retryInMs === null || retryInMs < 1000) {
    return hint(nobody ? 'nobody' : 'reconnecting', severity, null, { name });
  }
  const values = { name, seconds: Math.ceil(retryInMs / 1000) };
  return hint(nobody ? 'nobody-waiting' : 'waiting', severity, 'retry', values, id);
}

/** Lost frames of the last seconds; the network first, since it is what a viewer sees worst. */
function slowness({ health, report, stream, studio }: HintInput, above: number): Hint | null {
  const bad = above === BAD_SHARE;
  if (health && onAir(stream)) {
    for (const kind of ['network', 'encode', 'render'] as const) {
      const { recent } = health.losses[kind];
      if (recent <= above) continue;
      const severity = bad ? 'bad' : 'warn';
      return hint(`${kind}-${severity}`, severity, 'picture', { percent: Math.round(recent * 100) });
    }
    return null;
  }
  const wanted = studio?.settings.picture.fps ?? 0;
  const drawn = report?.render.fps ?? 0;
  if (bad || !report?.ready || drawn >= wanted * SLOW_RATE) return null;
  return hint('render-warn', 'warn', 'picture', { percent: Math.round(100 - (drawn * 100) / wanted) });
}

/** Only while something is encoded: an idle studio may take what is there. */
function processor({ health, stream, cores }: HintInput): Hint | null {
  if (!health || !onAir(stream)) return null;
  const busy = health.processes.reduce((all, each) => all + each.cpuPercent, 0) / 100 / Math.max(1, cores);
  return busy >= BUSY_SHARE ? hint('cpu', 'warn', 'picture', { percent: Math.round(busy * 100) }) : null;
}

function encoder({ stream, studio }: HintInput): Hint | null {
  if (!stream || !studio || !onAir(stream)) return null;
  const lowered = stream.renditions.find(
    (each) => each.targetKbps < wantedKbps(studio.settings, each.name) * NEARLY,
  );
  if (lowered) {
    const mbit = (kbps: number) => (kbps / 1000).toFixed(1);
    const wanted = wantedKbps(studio.settings, lowered.name);
    return hint('bitrate-lowered', 'warn', 'picture', {
      now: mbit(lowered.targetKbps),
      wanted: mbit(wanted),
    });
  }
  if (!stream.encoder?.fallback) return null;
  return hint('encoder-fallback', 'info', 'picture', { name: stream.encoder.name });
}

function wantedKbps({ picture, second, recording }: StudioSettings, name: RenditionName): number {
  if (name === 'main') return picture.bitrateKbps;
  return (name === 'second' ? second : recording.own)?.bitrateKbps ?? 0;
}

function disk({ recording }: HintInput, below: number): Hint | null {
  if (!recording) return null;
  const bad = below === DISK_BAD_SECONDS;
  if (recording.state === 'failed') return bad ? hint('recording-failed', 'bad', 'recording') : null;
  const { state, freeSeconds } = recording;
  if (state !== 'recording' || freeSeconds === null || freeSeconds >= below) return null;
  const minutes = Math.max(1, Math.round(freeSeconds / 60));
  return hint(bad ? 'disk-full' : 'disk-low', bad ? 'bad' : 'warn', 'stop-recording', { minutes });
}

/** The sound beside the microphone was chosen and cannot be heard. */
function secondSource({ report, studio }: HintInput): Hint | null {
  const source = studio?.settings.secondSource.source ?? 'none';
  if (source === 'none' || !report || report.sound.state === 'running' || report.sound.state === 'starting') {
    return null;
  }
  if (source === 'system') return hint('second-system', 'warn', 'choose-capture');
  return hint('second-sound', 'warn', 'audio');
}

function devices({ report, studio }: HintInput): Hint | null {
  if (report?.camera.state === 'failed' && studio?.tracking.source === 'camera') {
    return hint('camera-failed', 'bad', 'camera');
  }
  if (report?.microphone.state !== 'failed') return null;
  return hint(secondPlays(studio, report) ? 'microphone-failed-second' : 'microphone-failed', 'bad', 'audio');
}

function sound({ clipping, report, stream, studio }: HintInput): Hint | null {
  if (studio?.muted) {
    if (!onAir(stream)) return null;
    return hint(secondPlays(studio, report) ? 'muted-second' : 'muted', 'warn', 'unmute');
  }
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
  const slow = stream && onAir(stream) && broadcastOf(stream).find(({ queueMs }) => queueMs > LONG_QUEUE_MS);
  if (!slow) return null;
  return hint('queue', 'warn', 'picture', { name: slow.name, seconds: Math.round(slow.queueMs / 1000) });
}

function meant({ report, studio }: HintInput): Hint | null {
  if (!report?.ready) return hint('getting-ready', 'busy');
  if (studio?.tracking.source === 'recorded') return hint('recorded', 'info');
  if (studio?.settings.microphone !== 'none') return null;
  return hint(secondPlays(studio, report) ? 'silent-second' : 'silent', 'info', 'audio');
}

function fine({ stream }: HintInput): Hint {
  if (!onAir(stream)) return hint('ready', 'good');
  const kinds = { broadcast: 'live', rehearsal: 'rehearsing', recording: 'recording' } as const;
  return hint(kinds[stream?.kind ?? 'broadcast'], 'good');
}
