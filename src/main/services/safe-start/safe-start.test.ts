import { beforeEach, describe, expect, test } from 'vitest';
import {
  DEFAULT_SETTINGS,
  type StudioSettings,
  studioSettingsSchema,
} from '../../../shared/domain/studio.ts';
import { ReasonError } from '../../../shared/errors.ts';
import { SafeStart, type SafeStartSnapshot } from './safe-start.ts';

const USER: StudioSettings = {
  ...DEFAULT_SETTINGS,
  camera: 'device',
  microphone: 'device',
  avatarId: 'huge',
  scenes: DEFAULT_SETTINGS.scenes.map((scene) => ({ ...scene, name: 'Mine' })),
  sceneId: 'scene-2',
  picture: { width: 1920, height: 1080, fps: 60, bitrateKbps: 9000 },
  encoder: 'ffmpeg:nvenc',
  second: { width: 1280, height: 720, bitrateKbps: 3000 },
  audio: { ...DEFAULT_SETTINGS.audio, gainDb: 20 },
  secondSource: { source: 'system', gainDb: 0 },
  output: true,
  mirror: true,
  ticks: { a: true },
  onboarded: true,
};

let stored: StudioSettings;
let told: SafeStartSnapshot[];

beforeEach(() => {
  stored = USER;
  told = [];
});

function make(crashes: number, forced = false): SafeStart {
  return new SafeStart({
    store: {
      load: () => stored,
      save: (settings) => {
        stored = settings;
      },
    },
    crashes,
    forced,
    publish: (snapshot) => told.push(snapshot),
  });
}

test.each([0, 1])('after %i crashes nothing is different', (crashes) => {
  const start = make(crashes);
  expect(start.load()).toBe(USER);
  start.save({ ...USER, mirror: false });
  expect(stored).toEqual({ ...USER, mirror: false });
  expect(told).toEqual([{ active: false, offered: false, crashes }]);
});

describe('after two crashes', () => {
  test("nothing that may be at fault is touched, the rest is the user's", () => {
    const settings = studioSettingsSchema.parse(make(2).load());
    const { camera, microphone, avatarId, scenes, sceneId, picture, encoder, second, output } = settings;
    expect({ camera, microphone, avatarId, encoder, second, output }).toEqual({
      ...{ camera: 'none', microphone: 'none', avatarId: 'vida', encoder: 'auto' },
      ...{ second: null, output: false },
    });
    expect([scenes.map(({ id }) => id), sceneId]).toEqual([['scene-1'], 'scene-1']);
    expect(picture).toEqual(DEFAULT_SETTINGS.picture);
    expect(settings.audio).toEqual(DEFAULT_SETTINGS.audio);
    expect(settings.secondSource.source).toBe('none');
    expect(settings).toMatchObject({ mirror: true, ticks: { a: true }, onboarded: true });
    expect(stored).toBe(USER);
    expect(told).toEqual([{ active: true, offered: true, crashes: 2 }]);
  });

  test('only what the user changes is kept', () => {
    const start = make(2);
    const safe = start.load();
    start.save({ ...safe, avatarId: 'small' });
    start.save({ ...safe, avatarId: 'small', ticks: { b: true }, scenes: [], sceneId: 'x' });
    expect(stored).toEqual({ ...USER, avatarId: 'small', ticks: { b: true } });
  });

  test('it stays safe where the user wants that', async () => {
    const start = make(2);
    start.load();
    await start.choose(true, () => Promise.reject(new Error('nothing to load')));
    expect(start.snapshot).toEqual({ active: true, offered: false, crashes: 2 });
    expect(start.load().camera).toBe('none');
  });

  test('or opens as usual', async () => {
    const start = make(3);
    start.load();
    let loaded: StudioSettings | null = null;
    await start.choose(false, async () => {
      loaded = start.load();
    });
    expect(loaded).toBe(USER);
    expect(told.at(-1)).toEqual({ active: false, offered: false, crashes: 3 });
    start.save({ ...USER, mirror: false });
    expect(stored.scenes).toEqual(USER.scenes);
  });

  test('and stays safe when that cannot be now', async () => {
    const start = make(2);
    start.load();
    const refused = start.choose(false, () => Promise.reject(new ReasonError('stream.already-live')));
    await expect(refused).rejects.toThrow('stream.already-live');
    expect(told.at(-1)).toEqual({ active: true, offered: false, crashes: 2 });
  });
});

test('who asks for a safe start is not asked', () => {
  const start = make(0, true);
  expect(start.load().camera).toBe('none');
  expect(told).toEqual([{ active: true, offered: false, crashes: 0 }]);
});
