import { beforeEach, describe, expect, test } from 'vitest';
import type { PipelineReport } from '../../../shared/domain/report.ts';
import { DEFAULT_SETTINGS, type StudioSettings, type StudioSnapshot } from '../../../shared/domain/studio.ts';
import { ReasonError } from '../../../shared/errors.ts';
import { PictureRequests } from './pictures.ts';
import { StudioService } from './studio-service.ts';

describe('the desired state of the programme', () => {
  let saved: StudioSettings;
  let published: StudioSnapshot[];
  let tracking: StudioSnapshot['tracking'];
  let fallbacks: unknown[];

  const service = () =>
    new StudioService({
      mode: 'studio',
      contactSheet: null,
      settings: {
        load: () => saved,
        save: (settings) => {
          saved = settings;
        },
      },
      library: {
        resolveAvatar: async (id) => {
          if (id !== 'vida' && id !== 'other') throw new ReasonError('avatar.not-found', id);
          return { id, name: id, url: `/avatars/${id}.vrm`, family: 'vrm1', wantsThumbnail: false };
        },
        resolveBackground: async (id) => {
          if (id === 'gone') throw new ReasonError('background.not-found', id);
          return id.startsWith('#')
            ? { kind: 'color', color: id }
            : { kind: 'image', url: `/backgrounds/${id}` };
        },
        resolveImage: async (id) => {
          if (id === 'gone') throw new ReasonError('image.not-found', id);
          return { url: `/images/${id}` };
        },
        resolveSound: async (id) => {
          if (id === 'gone') throw new ReasonError('sound.not-found', id);
          return { url: `/sounds/${id}` };
        },
      },
      tracking: { current: async () => tracking, allowed: () => ({ body: true, hands: true }) },
      publish: (snapshot) => published.push(snapshot),
      onFallback: (error) => fallbacks.push(error),
    });

  beforeEach(() => {
    saved = DEFAULT_SETTINGS;
    published = [];
    fallbacks = [];
    tracking = { source: 'camera', modelUrl: '/m', poseModelUrl: null, handsModelUrl: null, wasmUrl: '/w' };
  });

  test('a change is saved and published whole; a refused one changes nothing', async () => {
    const studio = service();
    await studio.start();
    await studio.configure({ mirror: true, picture: { fps: 24 } });
    expect(saved).toMatchObject({
      mirror: true,
      picture: { fps: 24, width: DEFAULT_SETTINGS.picture.width },
    });
    expect(published.at(-1)?.settings).toEqual(saved);
    const before = studio.snapshot;
    await expect(studio.configure({ avatarId: 'gone', mirror: false })).rejects.toThrow('avatar.not-found');
    expect(studio.snapshot).toEqual(before);
    expect(saved.mirror).toBe(true);
    await studio.configure({ avatarId: 'other' });
    expect(studio.snapshot.avatar.id).toBe('other');
  });

  test('a saved avatar that is gone falls back to the default, and says so', async () => {
    saved = { ...DEFAULT_SETTINGS, avatarId: 'gone' };
    const studio = service();
    await studio.start();
    expect(studio.snapshot.avatar.id).toBe('vida');
    expect(fallbacks).toHaveLength(1);
  });

  test('no camera wanted: nothing is tracked; a model that came is used', async () => {
    saved = { ...DEFAULT_SETTINGS, camera: 'none' };
    const studio = service();
    await studio.start();
    expect(studio.snapshot.tracking).toEqual({ source: 'none' });
    tracking = { source: 'recorded', performanceUrl: '/p', clipUrl: '/c', motionUrl: '' };
    await studio.refreshTracking();
    expect(studio.snapshot.tracking.source).toBe('recorded');
  });

  test('the picture size is fixed while live, everything else is not', async () => {
    const studio = service();
    await studio.start();
    studio.setBroadcast({
      epoch: 1,
      source: 'encoded',
      renditions: [{ name: 'main', width: 640, height: 360, bitrateKbps: 1000 }],
    });
    await expect(studio.configure({ picture: { width: 1280, height: 720 } })).rejects.toThrow(
      'stream.already-live',
    );
    await studio.configure({ mirror: true });
    expect(studio.snapshot).toMatchObject({ broadcast: { epoch: 1 }, settings: { mirror: true } });
  });

  test('a broadcast that begins while a change is looked up fixes the picture, too', async () => {
    const studio = service();
    await studio.start();
    const change = studio.configure({ avatarId: 'other', picture: { width: 1280, height: 720 } });
    await Promise.resolve();
    studio.setBroadcast({
      epoch: 1,
      source: 'encoded',
      renditions: [{ name: 'main', width: 640, height: 360, bitrateKbps: 1000 }],
    });
    await expect(change).rejects.toThrow('stream.already-live');
    expect(saved).toEqual(DEFAULT_SETTINGS);
    expect(studio.snapshot).toMatchObject({ avatar: { id: 'vida' }, settings: DEFAULT_SETTINGS });
  });

  test('ticks are changed one after the other, and forgotten', async () => {
    const studio = service();
    await studio.start();
    await Promise.all([studio.setTick('a', true), studio.setTick('b', false), studio.setTick('a', false)]);
    expect(saved.ticks).toEqual({ a: false, b: false });
    await studio.setTick('a', null);
    expect(saved.ticks).toEqual({ b: false });
    const publications = published.length;
    await studio.setTick('a', null);
    await studio.setTick('b', false);
    expect(published).toHaveLength(publications);
  });

  test('a page that is gone has shown nothing', async () => {
    const studio = service();
    await studio.start();
    studio.receive({ avatar: { state: 'shown' } } as PipelineReport);
    studio.requireReady();
    studio.pageIsGone();
    expect(studio.report).toBeNull();
    expect(() => studio.requireReady()).toThrow('stream.not-ready');
  });
});

describe('scenes', () => {
  let published: StudioSnapshot[];
  let saved: StudioSettings;
  let gone: unknown[];

  beforeEach(() => {
    published = [];
    gone = [];
    saved = DEFAULT_SETTINGS;
  });

  /** A studio that opens with what was saved. */
  const start = async () => {
    const studio = new StudioService({
      mode: 'studio',
      contactSheet: null,
      settings: {
        load: () => saved,
        save: (settings) => {
          saved = settings;
        },
      },
      library: {
        resolveAvatar: async (id) => ({
          id,
          name: id,
          url: `/avatars/${id}`,
          family: 'vrm1',
          wantsThumbnail: false,
        }),
        resolveBackground: async (id) => {
          if (id === 'gone') throw new ReasonError('background.not-found', id);
          return id.startsWith('#')
            ? { kind: 'color', color: id }
            : { kind: 'image', url: `/backgrounds/${id}` };
        },
        resolveImage: async (id) => {
          if (id === 'gone') throw new ReasonError('image.not-found', id);
          return { url: `/images/${id}` };
        },
        resolveSound: async (id) => {
          if (id === 'gone') throw new ReasonError('sound.not-found', id);
          return { url: `/sounds/${id}` };
        },
      },
      tracking: { current: async () => ({ source: 'none' }), allowed: () => ({ body: false, hands: false }) },
      publish: (snapshot) => published.push(snapshot),
      onFallback: (error) => gone.push(error),
    });
    await studio.start();
    return studio;
  };

  test('another scene is a new turn, a change of the shown one is not', async () => {
    const studio = await start();
    expect(studio.snapshot.scene).toMatchObject({ id: 'scene-1', turn: 1 });
    await studio.selectScene('scene-2');
    expect(studio.snapshot.scene).toMatchObject({
      id: 'scene-2',
      turn: 2,
      background: { kind: 'color', color: '#12151f' },
      capture: { shown: true },
    });
    expect(saved.sceneId).toBe('scene-2');
    const [, second] = studio.snapshot.settings.scenes;
    await studio.saveScene({ ...second!, background: '#ffffff' });
    expect(studio.snapshot.scene).toMatchObject({ turn: 2, background: { color: '#ffffff' } });
    expect(published.at(-1)).toEqual(studio.snapshot);
  });

  test('a change of a hidden scene leaves the picture alone', async () => {
    const studio = await start();
    const before = studio.snapshot.scene;
    await studio.saveScene({ ...studio.snapshot.settings.scenes[1]!, background: '#ffffff' });
    expect(studio.snapshot.scene).toBe(before);
    expect(studio.snapshot.settings.scenes[1]!.background).toBe('#ffffff');
  });

  test('what a scene names must be there when it is kept, and may be gone when it is shown', async () => {
    const studio = await start();
    const scene = studio.snapshot.settings.scenes[1]!;
    const overlay = { imageId: 'gone', x: 0.5, y: 0.5, width: 0.2, opacity: 1 };
    await expect(studio.saveScene({ ...scene, background: 'gone' })).rejects.toThrow('background.not-found');
    await expect(studio.saveScene({ ...scene, overlay })).rejects.toThrow('image.not-found');
    expect(studio.snapshot.settings.scenes[1]).toEqual(scene);
    saved = { ...saved, scenes: [saved.scenes[0]!, { ...scene, background: 'gone', overlay }] };
    const again = await start();
    await again.selectScene('scene-2');
    expect(again.snapshot.scene).toMatchObject({
      background: { kind: 'image', url: '/backgrounds/dusk' },
      overlay: null,
    });
    expect(gone.map(String)).toEqual([
      expect.stringContaining('background.not-found'),
      expect.stringContaining('image.not-found'),
    ]);
  });

  test('what a scene has long named and is gone keeps no other change of it away', async () => {
    const overlay = { imageId: 'gone', x: 0.5, y: 0.5, width: 0.2, opacity: 1 };
    const [first, second] = DEFAULT_SETTINGS.scenes;
    saved = { ...saved, scenes: [first!, { ...second!, background: 'gone', overlay }] };
    const studio = await start();
    const scene = studio.snapshot.settings.scenes[1]!;
    await studio.saveScene({ ...scene, name: 'Renamed' });
    expect(studio.snapshot.settings.scenes[1]).toMatchObject({ name: 'Renamed', background: 'gone' });
    expect(gone).toHaveLength(2);
    await studio.saveScene({ ...scene, overlay: { ...overlay, x: 0.1 } });
    expect(studio.snapshot.settings.scenes[1]!.overlay).toMatchObject({ x: 0.1, imageId: 'gone' });
    // A reference that is new must lead somewhere.
    const { id: _, ...copy } = scene;
    await expect(studio.saveScene({ ...copy, overlay: null })).rejects.toThrow('background.not-found');
    await expect(studio.saveScene({ ...studio.snapshot.settings.scenes[0]!, overlay })).rejects.toThrow(
      'image.not-found',
    );
  });

  test('removing the shown scene shows its neighbour', async () => {
    const studio = await start();
    await studio.removeScene('scene-1');
    expect(studio.snapshot.scene).toMatchObject({ id: 'scene-2', turn: 2 });
    await studio.orderScenes(['scene-3', 'scene-2']);
    expect(studio.snapshot.settings.scenes.map(({ id }) => id)).toEqual(['scene-3', 'scene-2']);
    expect(studio.snapshot.scene.turn).toBe(2);
    await studio.removeScene('scene-2');
    await expect(studio.removeScene('scene-3')).rejects.toThrow('scene.last');
  });

  test('the microphone begins muted when the user wants that', async () => {
    const studio = await start();
    expect(studio.snapshot.muted).toBe(false);
    await studio.configure({ startMuted: true });
    const again = await start();
    expect(again.snapshot.muted).toBe(true);
  });
});

describe('pictures', () => {
  const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1]);

  test('only the one that was asked for is taken, once', async () => {
    const asked: number[] = [];
    const pictures = new PictureRequests((id) => asked.push(id));
    expect(() => pictures.receive(1, PNG)).toThrow('ipc.not-allowed');
    const wanted = pictures.request('snapshot', 1000);
    expect(() => pictures.receive(asked[0]!, new Uint8Array([1, 2, 3]))).toThrow('ipc.bad-payload');
    pictures.receive(asked[0]!, PNG);
    expect(await wanted).toBe(PNG);
    expect(() => pictures.receive(asked[0]!, PNG)).toThrow('ipc.not-allowed');
  });

  test('a page that does not answer is named', async () => {
    const pictures = new PictureRequests(() => undefined);
    await expect(pictures.request('contact-sheet', 10)).rejects.toThrow('host.page-silent');
  });
});
