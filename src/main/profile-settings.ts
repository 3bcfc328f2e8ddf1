import { DEFAULT_SCENES, FIRST_SCENE } from '../shared/domain/scene.ts';
import { DEFAULT_SETTINGS, type StudioSettings } from '../shared/domain/studio.ts';
import type { KeyValueStore } from './services/settings/ports.ts';
import { readSettings, SETTINGS_KEY } from './services/settings/settings.ts';

/** Ids of the user's own files and rows: a sha256, or the uid of a row. What comes with the program has a name. */
const OWN = /^(?:[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** The same choices without what only one profile has: avatar, pictures, sounds and ticked destinations. */
export function withoutOwnContent(settings: StudioSettings): StudioSettings {
  const { avatarId, secondSource } = settings;
  return {
    ...settings,
    avatarId: OWN.test(avatarId) ? DEFAULT_SETTINGS.avatarId : avatarId,
    secondSource: secondSource.source.startsWith('sound:') ? DEFAULT_SETTINGS.secondSource : secondSource,
    ticks: {},
    scenes: settings.scenes.map((scene, at) => ({
      ...scene,
      background: OWN.test(scene.background)
        ? (DEFAULT_SCENES[at] ?? FIRST_SCENE).background
        : scene.background,
      overlay: scene.overlay && OWN.test(scene.overlay.imageId) ? null : scene.overlay,
    })),
  };
}

/** The guest who signs in for the first time keeps camera, scenes and keys as they are on this machine. */
export function inheritSettings(guest: KeyValueStore, account: KeyValueStore): void {
  const settings = guest.get(SETTINGS_KEY);
  if (settings === undefined || account.get(SETTINGS_KEY) !== undefined) return;
  account.set(SETTINGS_KEY, withoutOwnContent(readSettings(settings).settings));
}

/** What the guest had chosen of its own comes along too, where the account has not made choices since. */
export function claimSettings(guest: KeyValueStore, account: KeyValueStore): void {
  const before = readSettings(guest.get(SETTINGS_KEY)).settings;
  const stripped = withoutOwnContent(before);
  const now = readSettings(account.get(SETTINGS_KEY)).settings;
  if (JSON.stringify(now) === JSON.stringify(stripped)) account.set(SETTINGS_KEY, before);
  guest.set(SETTINGS_KEY, stripped);
}
