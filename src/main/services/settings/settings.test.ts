import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ARKIT_CHANNELS } from '../../../shared/domain/arkit.ts';
import { DEFAULT_SETTINGS, studioSettingsSchema } from '../../../shared/domain/studio.ts';
import {
  DEFAULT_PROFILE,
  type TrackingProfile,
  type TrackingSettings,
  TUNED,
} from '../../../shared/domain/tracking-settings.ts';
import { silentLog } from '../../logging/log.ts';
import type { KeyValueStore } from './ports.ts';
import { readSettings, Settings } from './settings.ts';

function memoryStore(): KeyValueStore {
  const values = new Map<string, string>();
  return {
    get: (key) => (values.has(key) ? JSON.parse(values.get(key)!) : undefined),
    set: (key, value) => void values.set(key, JSON.stringify(value)),
  };
}

test('nothing stored is the default, what is saved comes back', () => {
  const settings = new Settings(memoryStore(), silentLog);
  expect(settings.load()).toEqual(DEFAULT_SETTINGS);
  const changed = { ...DEFAULT_SETTINGS, mirror: true, sceneId: 'scene-2' };
  settings.save(changed);
  expect(settings.load()).toEqual(changed);
});

test('one bad value falls back alone', () => {
  const stored = { ...DEFAULT_SETTINGS, mirror: true, encoder: 'nvenc9', picture: { width: 3 }, unknown: 1 };
  expect(readSettings(stored)).toEqual({
    settings: { ...DEFAULT_SETTINGS, mirror: true },
    refused: ['picture', 'encoder'],
  });
});

test('settings from before there were scenes keep their background', () => {
  const { scenes: _, sceneId: __, ...old } = DEFAULT_SETTINGS;
  const { settings, refused } = readSettings({ ...old, background: '#102030' });
  expect(refused).toEqual([]);
  expect(settings.scenes.map((scene) => scene.background)).toEqual(['#102030', '#12151f', 'dusk']);
});

test('one bad scene or shortcut takes no other with it', () => {
  const [first, second] = DEFAULT_SETTINGS.scenes;
  const { scenes } = readSettings({
    ...DEFAULT_SETTINGS,
    scenes: [
      { ...first, name: 'Mine' },
      { ...second, background: 7 },
      { ...first, name: 'Same id' },
    ],
  }).settings;
  expect(scenes.map(({ name }) => name)).toEqual(['Mine']);
  const { recentre: _, ...fewer } = DEFAULT_SETTINGS.shortcuts;
  const { settings, refused } = readSettings({
    ...DEFAULT_SETTINGS,
    shortcuts: { ...fewer, panic: 'Mod+Shift+P', mute: 'M', dance: 'F5' },
  });
  expect(settings.shortcuts).toEqual({ ...DEFAULT_SETTINGS.shortcuts, panic: 'Mod+Shift+P' });
  expect(refused).toEqual(['shortcuts (2 of it)']);
});

test('every slider of every channel, calibrations and voice survive a restart', () => {
  const store = memoryStore();
  const values = { gain: 1.7, deadZone: 0.12, curve: 0.6, smoothing: 0.9 };
  const scores = ARKIT_CHANNELS.map((_, at) => at / 100);
  for (const key of TUNED) {
    const profile: TrackingProfile = {
      ...DEFAULT_PROFILE,
      tuning: { [key]: values },
      neutral: { scores, yaw: 0.1, pitch: -0.2, roll: 0.3 },
      ranges: { top: scores },
      glasses: true,
      linkedEyes: false,
      autoBlink: false,
      prediction: 0.25,
    };
    const settings = new Settings(store, silentLog);
    settings.save({ ...settings.load(), profiles: { 'Cam 1': profile } });
    expect(new Settings(store, silentLog).load().profiles, key).toEqual({ 'Cam 1': profile });
  }
  const tracking: TrackingSettings = {
    parts: { body: 'full', hands: true, gaze: false },
    away: {
      noCamera: { pose: 'asleep', holdMs: 1, blendMs: 2 },
      noFace: { pose: 'hold', holdMs: 3, blendMs: 4 },
      lowConfidence: { pose: 'idle', holdMs: 5, blendMs: 6 },
    },
    beRightBackAfterS: 30,
    voice: {
      mode: 'always',
      strength: 1.5,
      profile: {
        vowels: {
          A: [scores.slice(0, 12)],
          I: [scores.slice(0, 12)],
          U: [scores.slice(0, 12)],
          E: [scores.slice(0, 12)],
          O: [scores.slice(0, 12)],
        },
      },
    },
    governor: false,
    vmc: { receive: { on: true, port: 40_000 }, send: { on: true, host: '192.0.2.1', port: 40_001 } },
  };
  const settings = new Settings(store, silentLog);
  settings.save({ ...settings.load(), tracking, idleMotion: 'lively' });
  expect(new Settings(store, silentLog).load()).toMatchObject({ tracking, idleMotion: 'lively' });
});

test('one profile that cannot be read takes no other with it', () => {
  const { settings, refused } = readSettings({
    ...DEFAULT_SETTINGS,
    profiles: { good: { ...DEFAULT_PROFILE, glasses: true }, bad: { ...DEFAULT_PROFILE, prediction: 7 } },
    mappings: { vida: { bones: { head: 'Kopf' }, channels: {} }, other: { bones: 3 } },
  });
  expect(settings.profiles).toEqual({ good: { ...DEFAULT_PROFILE, glasses: true } });
  expect(settings.mappings).toEqual({ vida: { bones: { head: 'Kopf' }, channels: {} } });
  expect(refused).toEqual(['profiles (1 of it)', 'mappings (1 of it)']);
});

test('a shown scene that is not in the list is the first one', () => {
  expect(readSettings({ ...DEFAULT_SETTINGS, sceneId: 'gone' }).settings.sceneId).toBe('scene-1');
});

test('a field named as what every object has is no field', () => {
  const stored = { toString: { x: 0 }, shortcuts: { toString: 'Ctrl+B' } };
  expect(readSettings(stored)).toEqual({ settings: DEFAULT_SETTINGS, refused: ['shortcuts (1 of it)'] });
});

test('whatever is stored, the settings are valid', () => {
  const field = fc.constantFrom(...Object.keys(DEFAULT_SETTINGS), 'x');
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.dictionary(field, fc.anything())), (stored) => {
      expect(studioSettingsSchema.safeParse(readSettings(stored).settings).success).toBe(true);
    }),
  );
});
