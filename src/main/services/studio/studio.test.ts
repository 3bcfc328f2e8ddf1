import { beforeEach, describe, expect, test } from 'vitest';
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
          return { id, name: id, url: `/avatars/${id}.vrm`, family: 'vrm1' };
        },
        resolveBackground: async () => ({ kind: 'transparent' }),
      },
      tracking: { current: async () => tracking },
      publish: (snapshot) => published.push(snapshot),
      onFallback: (error) => fallbacks.push(error),
    });

  beforeEach(() => {
    saved = DEFAULT_SETTINGS;
    published = [];
    fallbacks = [];
    tracking = { source: 'camera', modelUrl: '/m', wasmUrl: '/w' };
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
    tracking = { source: 'recorded', performanceUrl: '/p', clipUrl: '/c' };
    await studio.refreshTracking();
    expect(studio.snapshot.tracking.source).toBe('recorded');
  });

  test('the picture size is fixed while live, everything else is not', async () => {
    const studio = service();
    await studio.start();
    studio.setBroadcast({ epoch: 1 });
    await expect(studio.configure({ picture: { width: 1280, height: 720 } })).rejects.toThrow(
      'stream.already-live',
    );
    await studio.configure({ mirror: true });
    expect(studio.snapshot).toMatchObject({ broadcast: { epoch: 1 }, settings: { mirror: true } });
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
