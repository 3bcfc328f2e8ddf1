import type { Scene } from '../src/shared/domain/scene.ts';
import { DEFAULT_SHORTCUTS, SHORTCUT_ACTIONS } from '../src/shared/domain/shortcuts.ts';
import { DEFAULT_SETTINGS, type StudioSnapshot } from '../src/shared/domain/studio.ts';
import type { LibrarySnapshot } from '../src/shared/ipc/library.ts';
import { GUEST, LOCAL_SYNC, QUIET_DATA } from './ui-account-fixtures.ts';
import {
  IDLE_HEALTH,
  IDLE_PREFLIGHT,
  IDLE_RECORDING,
  IDLE_STREAM,
  QUIET_VMC,
  SERVICES,
} from './ui-fixtures.ts';

/* What the double of main begins with, and the pictures it serves. */

function swatch(from: string, to: string, shape = ''): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="160" height="90"><defs><linearGradient id="g" x2="0" y2="1"><stop stop-color="${from}"/><stop offset="1" stop-color="${to}"/></linearGradient></defs><rect width="160" height="90" fill="url(#g)"/>${shape}</svg>`;
}
const HEAD =
  '<circle cx="80" cy="42" r="24" fill="#e8b798"/><ellipse cx="80" cy="92" rx="44" ry="24" fill="#333a6b"/>';
export const PICTURES: Record<string, string> = {
  '/assets-double/dusk.svg': swatch('#2c2f5b', '#e79a7b'),
  '/assets-double/room.svg': swatch('#5b6b7f', '#26303c'),
  '/assets-double/garden.svg': swatch('#7fb8a0', '#21443c'),
  '/assets-double/slide.svg': swatch('#f2efe6', '#c9b98f'),
  '/assets-double/vida.svg': swatch('#3a3f74', '#7a83c4', HEAD),
  '/assets-double/kit.svg': swatch('#24504f', '#6fc3a8', HEAD),
};

type OfLibrary = LibrarySnapshot['avatars'][number];

export function avatar(
  id: string,
  name: string,
  kind: OfLibrary['kind'],
  thumbnailUrl: string | null,
): OfLibrary {
  return { id, name, kind, family: 'vrm1', thumbnailUrl, here: true };
}

/** A scene with what it names as main resolves it. */
export function resolved(scene: Scene, turn: number): StudioSnapshot['scene'] {
  const { background } = scene;
  return {
    id: scene.id,
    name: scene.name,
    turn,
    background:
      background === 'transparent'
        ? { kind: 'transparent' }
        : background.startsWith('#')
          ? { kind: 'color', color: background }
          : { kind: 'image', url: `/assets-double/${background}.svg` },
    capture: scene.capture,
    avatar: scene.avatar,
    overlay: scene.overlay && { ...scene.overlay, url: '/assets-double/slide.svg' },
  };
}

/** The first snapshot of every kind. */
export function initialEvents(): Map<string, unknown> {
  const events = new Map<string, unknown>();
  events.set('studio.snapshot', {
    mode: 'studio',
    settings: { ...DEFAULT_SETTINGS, microphone: 'default', onboarded: true },
    avatar: { id: 'vida', name: 'Vida', url: '/a.vrm', family: 'vrm1', wantsThumbnail: false },
    scene: resolved(DEFAULT_SETTINGS.scenes[0]!, 0),
    tracking: { source: 'camera', modelUrl: '/m', poseModelUrl: null, handsModelUrl: null, wasmUrl: '/w' },
    broadcast: null,
    panic: false,
    muted: false,
    secondSourceUrl: null,
    allowed: { body: true, hands: true },
    poseWanted: false,
    contactSheet: null,
  } satisfies StudioSnapshot);
  events.set('stream.snapshot', IDLE_STREAM);
  events.set('destinations.snapshot', { destinations: [] });
  events.set('models.snapshot', { models: [] });
  events.set('library.snapshot', {
    avatars: [
      avatar('vida', 'Vida', 'built-in', '/assets-double/vida.svg'),
      avatar('kit', 'Kit', 'built-in', '/assets-double/kit.svg'),
    ],
    ownAvatars: 0,
    backgrounds: [
      { id: 'dusk', name: 'Dusk', url: '/assets-double/dusk.svg' },
      { id: 'room', name: 'Room', url: '/assets-double/room.svg' },
      { id: 'garden', name: 'Garden', url: '/assets-double/garden.svg' },
    ],
    images: [],
    sounds: [],
  });
  events.set('account.snapshot', { ...GUEST, cloud: false });
  events.set('sync.snapshot', LOCAL_SYNC);
  events.set('data.snapshot', QUIET_DATA);
  events.set('services.snapshot', { services: SERVICES });
  events.set('recording.snapshot', IDLE_RECORDING);
  events.set('preflight.snapshot', IDLE_PREFLIGHT);
  events.set('health.snapshot', IDLE_HEALTH);
  events.set('encoders.snapshot', {
    running: false,
    order: ['nvenc', 'vaapi', 'libx264'],
    trials: [
      { encoder: 'nvenc', works: false, detail: 'No capable devices found' },
      { encoder: 'libx264', works: true, detail: null },
    ],
  });
  events.set('vmc.snapshot', QUIET_VMC);
  events.set('motions.snapshot', { recordings: [], full: false });
  events.set('app.safeStart', { active: false, offered: false, crashes: 0 });
  events.set('rehearsal.snapshot', { phase: 'idle', seconds: 12, elapsed: 0, result: null });
  events.set('output.snapshot', { enabled: false, url: null, clients: 0 });
  events.set('desktop.shortcuts', {
    globalAvailable: false,
    bindings: SHORTCUT_ACTIONS.map((action) => ({
      action,
      accelerator: DEFAULT_SHORTCUTS[action],
      scope: 'window',
      problem: null,
    })),
  });
  return events;
}
