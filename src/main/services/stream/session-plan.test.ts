import { expect, test } from 'vitest';
import { renditionCost } from '../../../shared/domain/encoding.ts';
import { DEFAULT_SETTINGS } from '../../../shared/domain/studio.ts';
import { encoderPath } from './encoder-path.ts';
import { renditionFor, renditionsInUse, renditionsOf } from './session-plan.ts';

const settings = {
  ...DEFAULT_SETTINGS,
  picture: { width: 1920, height: 1080, fps: 30, bitrateKbps: 6000 },
  second: { width: 1280, height: 720, bitrateKbps: 3000 },
  renditions: { kick: 'second' as const },
  recording: { ...DEFAULT_SETTINGS.recording, own: { width: 1920, height: 1080, bitrateKbps: 12_000 } },
};
const all = renditionsOf(settings);

test('only what somebody gets is encoded; the main one always', () => {
  expect(all.map(({ name }) => name)).toEqual(['main', 'second', 'recording']);
  const to = (id: string) => ({
    ...{ kind: 'rtmp' as const, id, name: id, server: 'rtmp://a/b', key: 'k' },
    rendition: renditionFor(id, settings),
  });
  expect(renditionsInUse(all, [to('twitch')]).map(({ name }) => name)).toEqual(['main']);
  expect(renditionsInUse(all, [to('kick')]).map(({ name }) => name)).toEqual(['main', 'second']);
  expect(renditionFor('kick', { ...settings, second: null })).toBe('main');
});

test('what a second encode costs is told in work and in upload', () => {
  expect(renditionCost(all, ['main', 'main'])).toEqual({ work: 1, uploadKbps: 2 * 6128 });
  const cost = renditionCost(all, ['main', 'second', 'recording']);
  expect(cost.work).toBeCloseTo(1 + (1280 * 720) / (1920 * 1080) + 1, 6);
  expect(cost.uploadKbps).toBe(6128 + 3128);
});

test.each([
  ['auto', [], [], { source: 'encoded' }],
  ['auto', ['encoded'], [], { source: 'raw', encoders: ['videotoolbox', 'libx264'] }],
  ['auto', ['encoded', 'raw'], [], null],
  ['webcodecs', [], [], { source: 'encoded' }],
  ['ffmpeg:libx264', [], [], { source: 'raw', encoders: ['libx264', 'videotoolbox'] }],
  ['ffmpeg:libx264', ['raw'], [], { source: 'encoded' }],
  ['ffmpeg:nvenc', [], ['nvenc', 'videotoolbox'], { source: 'raw', encoders: ['libx264'] }],
  ['ffmpeg:nvenc', [], ['nvenc', 'videotoolbox', 'libx264'], { source: 'encoded' }],
] as const)('%s after %o failed, with %o not working', (choice, failed, broken, path) => {
  const trials = broken.map((encoder) => ({ encoder, works: false, detail: null }));
  expect(encoderPath(choice, { platform: 'darwin', trials, failed: new Set(failed) })).toEqual(path);
});
