import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULT_SETTINGS, studioSettingsSchema } from '../../../shared/domain/studio.ts';
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

test('a shown scene that is not in the list is the first one', () => {
  expect(readSettings({ ...DEFAULT_SETTINGS, sceneId: 'gone' }).settings.sceneId).toBe('scene-1');
});

test('whatever is stored, the settings are valid', () => {
  const field = fc.constantFrom(...Object.keys(DEFAULT_SETTINGS), 'x');
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.dictionary(field, fc.anything())), (stored) => {
      expect(studioSettingsSchema.safeParse(readSettings(stored).settings).success).toBe(true);
    }),
  );
});
