import type { DestinationState, StreamSnapshot } from '../../../shared/domain/stream-state.ts';
import { DEFAULT_SETTINGS, type StudioSettings, type StudioSnapshot } from '../../../shared/domain/studio.ts';
import type { Destination } from '../../../shared/ipc/destinations.ts';
import type { LibrarySnapshot } from '../../../shared/ipc/library.ts';
import { destination as destinationStatus, streamState } from '../stream/fake-media.ts';

export { streamState };

/** Snapshots as the services publish them, for tests of this folder. */
export function studioState(
  change: Partial<StudioSnapshot> = {},
  settings: Partial<StudioSettings> = {},
): StudioSnapshot {
  const [scene] = DEFAULT_SETTINGS.scenes;
  return {
    mode: 'studio',
    settings: { ...DEFAULT_SETTINGS, microphone: 'default', ...settings },
    avatar: { id: 'vida', name: 'Vida', url: '/avatars/vida.vrm', family: 'vrm1', wantsThumbnail: false },
    scene: {
      id: scene!.id,
      name: scene!.name,
      turn: 1,
      background: { kind: 'transparent' },
      capture: scene!.capture,
      avatar: scene!.avatar,
      overlay: null,
    },
    tracking: { source: 'camera', modelUrl: '/m', poseModelUrl: null, handsModelUrl: null, wasmUrl: '/wasm' },
    broadcast: null,
    panic: false,
    muted: false,
    secondSourceUrl: null,
    allowed: { body: true, hands: true },
    poseWanted: false,
    contactSheet: null,
    ...change,
  };
}

/** A broadcast to destinations named by their state, `{ Main: 'live' }`. */
export function onAir(
  states: Readonly<Record<string, DestinationState>>,
  elapsedSeconds = 754,
): StreamSnapshot {
  return streamState({
    phase: 'live',
    sessionId: 'session-1',
    startedAt: 1,
    elapsedSeconds,
    destinations: Object.entries(states).map(([name, state]) =>
      destinationStatus({
        id: name.toLowerCase(),
        name,
        url: 'rtmp://a.example/live/***',
        state,
        reason: state === 'failed' ? 'destination.rejected' : null,
      }),
    ),
  });
}

export function destination(name: string, change: Partial<Destination> = {}): Destination {
  return {
    id: name.toLowerCase(),
    name,
    url: 'rtmp://a.example/live',
    hasKey: true,
    isDefault: false,
    service: null,
    ...change,
  };
}

export function avatar(id: string, name = id): LibrarySnapshot['avatars'][number] {
  return { id, name, kind: 'glb-upload', family: 'vrm1', thumbnailUrl: null, here: true };
}
