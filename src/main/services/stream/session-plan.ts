import type { Rendition, RenditionName } from '../../../shared/domain/encoding.ts';
import type { StreamSnapshot } from '../../../shared/domain/stream-state.ts';
import type { StudioSettings } from '../../../shared/domain/studio.ts';
import type { MediaDestination } from '../../media/protocol.ts';
import type { EncoderPath } from './encoder-path.ts';
import type { MediaSession } from './media-supervisor.ts';
import type { GoLivePlan } from './ports.ts';

/** What of the settings a session is made from. */
export type SessionSettings = Pick<
  StudioSettings,
  'picture' | 'second' | 'renditions' | 'recording' | 'encoder' | 'adaptive' | 'audio'
>;

/** Every encode that may be asked for in a session of these settings, the main one first. */
export function renditionsOf({ picture, second, recording }: SessionSettings): Rendition[] {
  const { width, height, bitrateKbps } = picture;
  return [
    { name: 'main', width, height, bitrateKbps },
    ...(second ? [{ name: 'second' as const, ...second }] : []),
    ...(recording.own ? [{ name: 'recording' as const, ...recording.own }] : []),
  ];
}

/** The encode that a saved destination gets. */
export function renditionFor(id: string, { second, renditions }: SessionSettings): RenditionName {
  return second ? (renditions[id] ?? 'main') : 'main';
}

/** Those of `all` that a destination needs now; the main one is always made: the replay and the card come from it. */
export function renditionsInUse(
  all: readonly Rendition[],
  destinations: readonly MediaDestination[],
): Rendition[] {
  const used = new Set<RenditionName>(['main', ...destinations.map(({ rendition }) => rendition ?? 'main')]);
  return all.filter(({ name }) => used.has(name));
}

/** What the media process begins a session with. */
export function mediaSessionOf(
  kind: StreamSnapshot['kind'],
  { destinations, ffmpeg, settings }: Pick<GoLivePlan, 'destinations' | 'ffmpeg' | 'settings'>,
  { epoch, path }: { readonly epoch: number; readonly path: EncoderPath },
): MediaSession {
  return {
    epoch,
    ffmpeg,
    fps: settings.picture.fps,
    renditions: renditionsOf(settings),
    destinations: [...destinations],
    adaptive: settings.adaptive,
    encoders: path.source === 'raw' ? [...path.encoders] : [],
    replaySeconds: kind === 'rehearsal' ? 0 : settings.recording.replaySeconds,
    audioOffsetMs: settings.audio.offsetMs,
  };
}
