import { DEFAULT_AUDIO_CHAIN, NO_SECOND_SOURCE } from '../../../shared/domain/audio-chain.ts';
import { FIRST_SCENE } from '../../../shared/domain/scene.ts';
import { DEFAULT_SETTINGS, PICTURE_PRESETS, type StudioSettings } from '../../../shared/domain/studio.ts';

/** The user's settings without all that can bring a studio down: no device, no file, no work beyond the least. */
export function safeSettings(settings: StudioSettings): StudioSettings {
  return {
    ...settings,
    camera: 'none',
    microphone: 'none',
    avatarId: DEFAULT_SETTINGS.avatarId,
    scenes: [FIRST_SCENE],
    sceneId: FIRST_SCENE.id,
    picture: PICTURE_PRESETS[0],
    encoder: 'auto',
    second: null,
    recording: { ...settings.recording, own: null },
    // Who talks by a key must not be heard without it.
    audio: { ...DEFAULT_AUDIO_CHAIN, pushToTalk: settings.audio.pushToTalk },
    secondSource: NO_SECOND_SOURCE,
    output: false,
  };
}

/** Of the safe run there is one scene only: kept, it would take the place of all the user's own. */
const NEVER_KEPT: ReadonlySet<keyof StudioSettings> = new Set(['scenes', 'sceneId']);

/**
 * The user's settings with what was changed by hand during a safe run; what the safe start itself put there is not
 * among it.
 */
export function withChanges(
  user: StudioSettings,
  before: StudioSettings,
  after: StudioSettings,
): StudioSettings {
  const changed = Object.entries(after).filter(([name, value]) => {
    const key = name as keyof StudioSettings;
    return !NEVER_KEPT.has(key) && JSON.stringify(value) !== JSON.stringify(before[key]);
  });
  return { ...user, ...Object.fromEntries(changed) };
}
