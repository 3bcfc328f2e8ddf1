import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkService,
  completeUrl,
  fitPicture,
  fitPictures,
  isOfferedIngest,
  isPictureProblem,
  type Service,
  type ServiceOffer,
  secureIngest,
  serviceOf,
  servicesFileSchema,
} from './services.ts';
import { PICTURE_LIMITS, type Picture, pictureSchema } from './studio.ts';

const FILE = join(import.meta.dirname, '../../../resources/services.json');
const { services } = servicesFileSchema.parse(JSON.parse(readFileSync(FILE, 'utf8')));
const named = (id: string): Service => services.find((service) => service.id === id)!;

const KICK = 'rtmps://fa723fc1b171.global-contribute.live-video.net:443/app';
const offer = (change: Partial<ServiceOffer> = {}): ServiceOffer => ({
  url: 'rtmps://ingest.global-contribute.live-video.net:443/app',
  codec: 'h264',
  profile: 'main',
  kbps: 6000,
  width: 1920,
  height: 1080,
  fps: 30,
  keyFrameSeconds: 2,
  audioKbps: 128,
  ...change,
});
const codes = (service: Service, change: Partial<ServiceOffer>) =>
  checkService(service, offer(change)).map(({ code }) => code);

describe('resources/services.json', () => {
  test('names every service once, each with its own source and addresses that lead back to it', () => {
    expect(services.map(({ id }) => id)).toEqual(['twitch', 'youtube', 'x', 'kick', 'facebook', 'tiktok']);
    for (const service of services) {
      expect(service.source.length, service.id).toBeGreaterThan(20);
      for (const { url } of service.ingests) {
        expect(serviceOf(url, services)?.id, url).toBe(service.id);
        expect(checkService(service, offer({ url })).map(({ code }) => code)).not.toContain('wrong-path');
      }
    }
  });

  test('offers RTMPS first', () => {
    for (const { id, ingests } of services) {
      if (ingests[0]) expect(ingests[0].url, id).toMatch(/^rtmps:/);
    }
  });

  test('what the studio sends at its largest preset is taken by every service without a word', () => {
    for (const service of services) {
      const url =
        service.ingests[0]?.url ?? (service.id === 'kick' ? KICK : 'rtmp://push.tiktokcdn.com/game');
      expect(checkService(service, offer({ url })), service.id).toEqual([]);
    }
  });
});

test.each([
  ['rtmp://live.twitch.tv/app', 'twitch'],
  ['rtmp://live-fra.twitch.tv/app', 'twitch'],
  ['rtmps://usw20.contribute.live-video.net/app', 'twitch'],
  ['rtmps://ingest.global-contribute.live-video.net/app', 'twitch'],
  [KICK, 'kick'],
  ['RTMPS://FA723.GLOBAL-CONTRIBUTE.LIVE-VIDEO.NET', 'kick'],
  ['rtmp://b.rtmp.youtube.com/live2?backup=1', 'youtube'],
  ['rtmp://sg.pscp.tv:80/x', 'x'],
  ['rtmps://live-api-s.facebook.com:443/rtmp/', 'facebook'],
  ['rtmp://push-rtmp-l11-va01.tiktokcdn.com/game/', 'tiktok'],
  ['rtmp://twitch.tv.example.org/app', undefined],
  ['rtmp://nottwitch.tv/app', undefined],
  ['rtmp://127.0.0.1:1935/live', undefined],
  ['https://live.twitch.tv/app', undefined],
  ['', undefined],
])('%s belongs to %s', (url, id) => {
  expect(serviceOf(url, services)?.id).toBe(id);
});

test.each([
  [
    'kick',
    'rtmps://fa7.global-contribute.live-video.net',
    'rtmps://fa7.global-contribute.live-video.net/app',
  ],
  [
    'kick',
    'rtmps://fa7.global-contribute.live-video.net:443/',
    'rtmps://fa7.global-contribute.live-video.net:443/app',
  ],
  ['kick', KICK, KICK],
  [
    'kick',
    'rtmps://fa7.global-contribute.live-video.net/other',
    'rtmps://fa7.global-contribute.live-video.net/other',
  ],
  ['tiktok', 'rtmp://push.tiktokcdn.com/', 'rtmp://push.tiktokcdn.com/'],
])('%s: %s is completed to %s', (id, url, completed) => {
  expect(completeUrl(named(id), url)).toBe(completed);
});

test('an address of no known service is left as it is', () => {
  expect(completeUrl(null, 'rtmp://a.example')).toBe('rtmp://a.example');
});

test.each([
  ['twitch', 'rtmp://live-fra.twitch.tv/app', 'rtmps://ingest.global-contribute.live-video.net:443/app'],
  ['youtube', 'rtmp://a.rtmp.youtube.com/live2', 'rtmps://a.rtmps.youtube.com:443/live2'],
  ['youtube', 'rtmp://b.rtmp.youtube.com/live2?backup=1', 'rtmps://b.rtmps.youtube.com:443/live2?backup=1'],
  ['x', 'rtmp://sg.pscp.tv:80/x', 'rtmps://sg.pscp.tv:443/x'],
  [
    'kick',
    'rtmp://fa7.global-contribute.live-video.net',
    'rtmps://fa7.global-contribute.live-video.net:443/app',
  ],
  ['tiktok', 'rtmp://push.tiktokcdn.com/game', null],
  ['kick', KICK, null],
])('%s: the encrypted address of %s is %s', (id, url, secure) => {
  expect(secureIngest(named(id), url)).toBe(secure);
});

test('only what a service hands out itself is free of secrets', () => {
  expect(isOfferedIngest('rtmps://b.rtmps.youtube.com:443/live2?backup=1', services)).toBe(true);
  expect(isOfferedIngest('rtmps://b.rtmps.youtube.com:443/live2?key=secret', services)).toBe(false);
});

describe('checks', () => {
  test.each<[string, Partial<ServiceOffer>, string[]]>([
    ['twitch', { kbps: 6001 }, ['bitrate-recommended']],
    ['twitch', { audioKbps: 321, keyFrameSeconds: 2.5 }, ['key-frames', 'audio-bitrate']],
    ['twitch', { url: 'rtmp://live.twitch.tv/app' }, ['not-secure']],
    ['twitch', { url: 'rtmps://ingest.global-contribute.live-video.net/live' }, ['wrong-path']],
    ['twitch', { codec: 'av1' }, ['codec']],
    ['x', { url: 'rtmps://ca.pscp.tv:443/x', kbps: 12_001, fps: 61 }, ['bitrate', 'fps']],
    ['kick', { url: KICK, width: 2560, height: 1440 }, ['width', 'height']],
    ['kick', { url: KICK, width: 1080, height: 1920 }, []],
    ['kick', { url: KICK, width: 1440, height: 2560 }, ['width', 'height']],
    ['facebook', { url: 'rtmps://live-api-s.facebook.com:443/rtmp/', profile: 'high' }, ['profile']],
    ['facebook', { url: 'rtmps://live-api-s.facebook.com:443/rtmp/', profile: 'baseline' }, []],
    ['youtube', { url: 'rtmps://b.rtmps.youtube.com:443/live2?backup=1' }, []],
  ])('%s with %o', (id, change, expected) => {
    expect(codes(named(id), change)).toEqual(expected);
  });

  test('say the limit, what it would get, and how bad it is', () => {
    expect(checkService(named('x'), offer({ url: 'rtmps://ca.pscp.tv:443/x', kbps: 20_000 }))).toEqual([
      { code: 'bitrate', limit: 12_000, actual: 20_000, severity: 'failed' },
    ]);
    expect(checkService(named('twitch'), offer({ kbps: 8000 }))).toEqual([
      { code: 'bitrate-recommended', limit: 6000, actual: 8000, severity: 'warning' },
    ]);
    expect(
      checkService(named('kick'), offer({ url: KICK, width: 1080, height: 1930 })).map(({ limit }) => limit),
    ).toEqual([1920]);
  });
});

describe('one press makes it fit', () => {
  const picture = (width: number, height: number, fps = 30, bitrateKbps = 6000): Picture => ({
    width,
    height,
    fps,
    bitrateKbps,
  });

  test.each<[Picture, string[], Picture | null]>([
    [picture(1920, 1080), ['twitch', 'kick', 'facebook'], picture(1920, 1080)],
    [picture(3840, 2160, 60, 20_000), ['youtube'], picture(3840, 2160, 60, 20_000)],
    [picture(3840, 2160, 60, 20_000), ['youtube', 'kick'], picture(1920, 1080, 60, 8000)],
    [picture(2160, 3840, 60, 20_000), ['kick', 'facebook'], picture(1080, 1920, 60, 6000)],
    [picture(2560, 1440, 60, 9000), ['kick', 'twitch'], picture(1920, 1080, 60, 6000)],
  ])('%o for %o is %o', (from, ids, to) => {
    expect(fitPicture(from, ids.map(named))).toEqual(to);
  });

  test('60 pictures a second become 30, others the nearest below', () => {
    const limited = (maxFps: number): Service[] => [
      { ...named('tiktok'), limits: { ...named('tiktok').limits, maxFps } },
    ];
    expect(fitPicture(picture(1280, 720, 60), limited(50))?.fps).toBe(30);
    expect(fitPicture(picture(1280, 720, 60), limited(25))?.fps).toBe(25);
    expect(fitPicture(picture(1280, 720, 24), limited(25))?.fps).toBe(24);
  });

  test('two encodes keep one rate', () => {
    const slow = { ...named('tiktok'), limits: { ...named('tiktok').limits, maxFps: 30 } };
    const second = { width: 1280, height: 720, bitrateKbps: 9000 };
    expect(
      fitPictures(picture(3840, 2160, 60, 9000), [named('kick')], second, [slow, named('twitch')]),
    ).toEqual({
      main: picture(1920, 1080, 30, 8000),
      second: { width: 1280, height: 720, bitrateKbps: 6000 },
    });
  });

  const limit = (min: number, max: number) => fc.option(fc.integer({ min, max }), { nil: null });
  const anyService: fc.Arbitrary<Service> = fc
    .record({
      maxKbps: limit(50, 60_000),
      recommendedKbps: limit(50, 60_000),
      maxWidth: limit(80, 4000),
      maxHeight: limit(80, 4000),
      maxFps: limit(1, 120),
    })
    .map((limits) => ({ ...named('kick'), limits: { ...named('kick').limits, ...limits } }));
  const side = (min: number, max: number) =>
    fc.integer({ min: min / 2, max: max / 2 }).map((half) => half * 2);
  const anyPicture: fc.Arbitrary<Picture> = fc.record({
    width: side(PICTURE_LIMITS.minWidth, PICTURE_LIMITS.maxWidth),
    height: side(PICTURE_LIMITS.minHeight, PICTURE_LIMITS.maxHeight),
    fps: fc.integer({ min: 1, max: 60 }),
    bitrateKbps: fc.integer({ min: PICTURE_LIMITS.minKbps, max: PICTURE_LIMITS.maxKbps }),
  });

  test('for any picture and any services: nothing is wrong with what comes out, and it is no more than what went in', () => {
    fc.assert(
      fc.property(anyPicture, fc.array(anyService, { maxLength: 6 }), (before, some) => {
        const after = fitPicture(before, some);
        const wrong = (made: Picture) =>
          some.flatMap((service) =>
            checkService(service, offer({ ...made, kbps: made.bitrateKbps, url: KICK })).filter(({ code }) =>
              isPictureProblem(code),
            ),
          );
        if (after === null) {
          expect(wrong(before).length).toBeGreaterThan(0);
          return;
        }
        expect(wrong(after)).toEqual([]);
        expect(pictureSchema.safeParse(after).success).toBe(true);
        for (const name of ['width', 'height', 'fps', 'bitrateKbps'] as const) {
          expect(after[name]).toBeLessThanOrEqual(before[name]);
        }
        if (wrong(before).length === 0) expect(after).toEqual(before);
        expect(Math.abs(after.height - (after.width * before.height) / before.width)).toBeLessThanOrEqual(2);
        expect(fitPicture(after, some)).toEqual(after);
      }),
      { numRuns: 2000 },
    );
  });
});
