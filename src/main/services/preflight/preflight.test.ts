import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { PipelineReport } from '../../../shared/domain/report.ts';
import { parseRtmpUrl } from '../../../shared/domain/rtmp-url.ts';
import { serviceOf } from '../../../shared/domain/services.ts';
import { DEFAULT_SETTINGS, type StudioSettings, type StudioSnapshot } from '../../../shared/domain/studio.ts';
import { type Reason, ReasonError } from '../../../shared/errors.ts';
import type { Destination } from '../../../shared/ipc/destinations.ts';
import {
  type PreflightItem,
  type PreflightSnapshot,
  preflightSnapshot,
} from '../../../shared/ipc/preflight.ts';
import { silentLog } from '../../logging/log.ts';
import { readServices } from '../services/services.ts';
import type { CheckedStudio } from './ports.ts';
import { PreflightService } from './preflight.ts';

const SERVICES = readServices(join(import.meta.dirname, '../../../../resources/services.json'));
const KEY = 'the-key-nobody-may-see';
const GB = 1e9;

let settings: StudioSettings;
let tracking: StudioSnapshot['tracking']['source'];
let report: PipelineReport | null;
let saved: Destination[];
let published: PreflightSnapshot[];
let probed: string[];
let probing: { now: number; most: number };
let probeResult: (host: string) => Promise<void>;
let trial: Reason | null;
let free: number;
let idle: boolean;
let recording: boolean;
let preflight: PreflightService;

type Parts = 'camera' | 'microphone' | 'avatar';
const page = (change: Partial<Record<Parts, object>> & { encode?: Reason } = {}): PipelineReport =>
  ({
    camera: { state: 'running', reason: null, ...change.camera },
    microphone: { state: 'running', reason: null, ...change.microphone },
    avatar: { state: 'shown', reason: null, ...change.avatar },
    encode: { reason: change.encode ?? null },
  }) as unknown as PipelineReport;

const studio: CheckedStudio = {
  get snapshot() {
    return { settings, tracking: { source: tracking } as StudioSnapshot['tracking'] };
  },
  get report() {
    return report;
  },
  waitForReport: async (fits, timeoutMs, reason) => {
    const until = Date.now() + timeoutMs;
    for (;;) {
      if (report && fits(report)) return report;
      if (Date.now() >= until) throw reason;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  },
  configure: async (patch) => {
    settings = { ...settings, ...patch };
  },
};

function destination(id: string, url: string, hasKey = true): string {
  const service = serviceOf(url, SERVICES)?.id ?? null;
  saved.push({ id, name: `to ${id}`, url, hasKey, isDefault: false, service });
  return id;
}

const item = (check: PreflightItem['check'], id?: string): PreflightItem =>
  preflight.snapshot.items.find((each) => each.check === check && each.subject?.id === id)!;
const looks = (check: PreflightItem['check'], id?: string) => {
  const { state, reason } = item(check, id);
  return [state, reason];
};
const run = async (...ids: string[]) => {
  preflight.run(ids);
  await preflight.finished();
  return preflight.snapshot;
};

beforeEach(() => {
  settings = { ...DEFAULT_SETTINGS, microphone: 'default' };
  tracking = 'camera';
  report = page();
  saved = [];
  published = [];
  probed = [];
  probing = { now: 0, most: 0 };
  probeResult = async () => undefined;
  trial = null;
  free = 10 * GB;
  recording = false;
  idle = true;
  preflight = new PreflightService({
    studio,
    destinations: {
      list: () => saved,
      open: async (id) => ({ target: parseRtmpUrl(saved.find((each) => each.id === id)!.url, KEY) }),
    },
    services: SERVICES,
    isIdle: () => idle,
    mayCheck: () => idle || recording,
    probe: async (target, signal) => {
      probed.push(JSON.stringify(target));
      probing.most = Math.max(probing.most, ++probing.now);
      await probeResult(target.host).finally(() => probing.now--);
      signal.throwIfAborted();
    },
    tryEncoder: async () => trial,
    profileOf: () => 'main',
    freeBytes: async () => free,
    publish: (snapshot) => published.push(preflightSnapshot.payload.parse(snapshot)),
    log: silentLog,
    settleMs: 20,
  });
});

test('all is well: every line says so, each change was published, the key went nowhere', async () => {
  const a = destination('a', 'rtmps://a.rtmps.youtube.com:443/live2');
  const b = destination('b', 'rtmp://127.0.0.1:1935/live');
  const { phase, ok, fixable, items } = await run(a, b);
  expect({ phase, ok, fixable }).toEqual({ phase: 'done', ok: true, fixable: false });
  expect(items.map(({ check, subject, state }) => [check, subject?.id, state])).toEqual([
    ['camera', undefined, 'ok'],
    ['microphone', undefined, 'ok'],
    ['avatar', undefined, 'ok'],
    ['encoder', undefined, 'ok'],
    ['limits', 'a', 'ok'],
    ['destination', 'a', 'ok'],
    ['destination', 'b', 'ok'],
  ]);
  expect(items.every(({ ms }) => ms !== null)).toBe(true);
  expect(published[0]!.phase).toBe('idle');
  expect(published[1]!.items.every(({ state }) => state === 'waiting')).toBe(true);
  expect(published.some(({ items }) => items.some(({ state }) => state === 'running'))).toBe(true);
  expect(published.at(-1)!.phase).toBe('done');
  expect(JSON.stringify([published, probed])).not.toContain(KEY);
});

describe('the studio itself', () => {
  test.each<[string, () => void, PreflightItem['check'], PreflightItem['state'], Reason | null]>([
    [
      'a camera that is busy',
      () => (report = page({ camera: { state: 'failed', reason: 'camera.busy' } })),
      'camera',
      'failed',
      'camera.busy',
    ],
    ['a camera switched off', () => (settings = { ...settings, camera: 'none' }), 'camera', 'ok', null],
    [
      'a camera that sees black',
      () => (report = page({ camera: { reason: 'camera.black-picture' } })),
      'camera',
      'warning',
      'camera.black-picture',
    ],
    [
      'a camera that never starts',
      () => (report = page({ camera: { state: 'starting' } })),
      'camera',
      'failed',
      'camera.no-device',
    ],
    ['no tracking model', () => (tracking = 'recorded'), 'camera', 'warning', 'models.missing'],
    [
      'a microphone refused',
      () => (report = page({ microphone: { state: 'failed', reason: 'microphone.denied' } })),
      'microphone',
      'failed',
      'microphone.denied',
    ],
    [
      'a microphone switched off',
      () => (settings = { ...settings, microphone: 'none' }),
      'microphone',
      'ok',
      null,
    ],
    [
      'an avatar that cannot be drawn',
      () => (report = page({ avatar: { state: 'failed' } })),
      'avatar',
      'failed',
      'avatar.load-failed',
    ],
    [
      'an avatar still loading',
      () => (report = page({ avatar: { state: 'loading' } })),
      'avatar',
      'failed',
      'stream.not-ready',
    ],
    ['a page that says nothing', () => (report = null), 'avatar', 'failed', 'host.page-silent'],
  ])('%s', async (_, arrange, check, state, reason) => {
    arrange();
    const { ok } = await run();
    expect(looks(check)).toEqual([state, reason]);
    expect(ok).toBe(state !== 'failed');
  });

  test('an avatar that is being loaded is waited for', async () => {
    report = page({ avatar: { state: 'loading' } });
    preflight.run([]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    report = page();
    await preflight.finished();
    expect(looks('avatar')).toEqual(['ok', null]);
  });

  test.each<
    [StudioSettings['encoder'], Reason | undefined, Reason | null, PreflightItem['state'], Reason | null]
  >([
    ['auto', undefined, 'encoder.failed', 'ok', null],
    ['auto', 'encoder.unsupported', null, 'warning', 'encoder.fallback'],
    ['webcodecs', 'encoder.unsupported', 'encoder.failed', 'failed', 'encoder.unsupported'],
    ['webcodecs', 'encoder.failed', null, 'warning', 'encoder.failed'],
    ['ffmpeg:nvenc', undefined, null, 'ok', null],
    ['ffmpeg:nvenc', undefined, 'encoder.failed', 'warning', 'encoder.fallback'],
    ['ffmpeg:nvenc', 'encoder.unsupported', 'encoder.failed', 'failed', 'encoder.unsupported'],
  ])('encoder %s, the page says %s, the trial %s: %s %s', async (encoder, said, tried, state, reason) => {
    settings = { ...settings, encoder };
    report = page({ encode: said });
    trial = tried;
    await run();
    expect(looks('encoder')).toEqual([state, reason]);
  });

  test.each<[number, PreflightItem['state'], Reason | null]>([
    [2 * GB, 'ok', null],
    [1.5 * GB, 'warning', 'record.low-space'],
    [0.9 * GB, 'failed', 'record.low-space'],
  ])('%s bytes free where it records: %s', async (bytes, state, reason) => {
    free = bytes;
    settings = { ...settings, recording: { ...settings.recording, replaySeconds: 30 } };
    await run();
    expect(looks('disk')).toEqual([state, reason]);
  });

  test('where nothing is recorded the disk does not matter', async () => {
    free = 0;
    expect((await run()).items.some(({ check }) => check === 'disk')).toBe(false);
  });
});

describe('destinations', () => {
  test('one that refuses fails alone, with its reason', async () => {
    const good = destination('good', 'rtmp://good.example/live');
    const bad = destination('bad', 'rtmp://bad.example/live');
    probeResult = async (host) => {
      if (host === 'bad.example') throw new ReasonError('destination.refused', 'ECONNREFUSED');
    };
    const { ok } = await run(good, bad);
    expect(ok).toBe(false);
    expect([looks('destination', good), looks('destination', bad)]).toEqual([
      ['ok', null],
      ['failed', 'destination.refused'],
    ]);
  });

  test('one without a key is not even greeted', async () => {
    await run(destination('a', 'rtmp://a.example/live', false));
    expect(looks('destination', 'a')).toEqual(['failed', 'destination.no-key']);
    expect(probed).toEqual([]);
  });

  test('at most four are greeted at once', async () => {
    probeResult = () => new Promise((resolve) => setTimeout(resolve, 5));
    await run(...Array.from({ length: 9 }, (_, i) => destination(`d${i}`, `rtmp://h${i}.example/live`)));
    expect(probed.length).toBe(9);
    expect(probing.most).toBe(4);
  });

  test('limits are told with their numbers, and one press keeps them', async () => {
    settings = { ...settings, picture: { width: 2560, height: 1440, fps: 60, bitrateKbps: 15_000 } };
    const kick = destination('kick', 'rtmps://fa7.global-contribute.live-video.net/app');
    const x = destination('x', 'rtmp://sg.pscp.tv:80/x');
    const { ok, fixable } = await run(kick, x);
    expect({ ok, fixable }).toEqual({ ok: false, fixable: true });
    expect(item('limits', kick)).toMatchObject({
      state: 'failed',
      reason: 'destination.over-limit',
      problems: [
        { code: 'bitrate-recommended', limit: 8000, actual: 15_000, severity: 'warning' },
        { code: 'width', limit: 1920, actual: 2560, severity: 'failed' },
        { code: 'height', limit: 1080, actual: 1440, severity: 'failed' },
      ],
    });
    await preflight.fix([kick, x]);
    await preflight.finished();
    expect(settings.picture).toEqual({ width: 1920, height: 1080, fps: 60, bitrateKbps: 8000 });
    expect(looks('limits', kick)).toEqual(['ok', null]);
    expect(looks('limits', x)).toEqual(['warning', 'destination.not-secure']);
    expect(preflight.snapshot).toMatchObject({ ok: true, fixable: false });
  });

  test('each is held against the encode that it gets', async () => {
    const youtube = destination('youtube', 'rtmps://a.rtmps.youtube.com:443/live2');
    const kick = destination('kick', 'rtmps://fa7.global-contribute.live-video.net/app');
    settings = {
      ...settings,
      picture: { width: 3840, height: 2160, fps: 30, bitrateKbps: 20_000 },
      second: { width: 1920, height: 1080, bitrateKbps: 9000 },
      renditions: { kick: 'second' },
    };
    await run(youtube, kick);
    expect(item('limits', youtube).state).toBe('ok');
    expect(item('limits', kick).problems.map(({ code }) => code)).toEqual(['bitrate-recommended']);
    await preflight.fix([youtube, kick]);
    await preflight.finished();
    expect(settings.picture).toEqual({ width: 3840, height: 2160, fps: 30, bitrateKbps: 20_000 });
    expect(settings.second).toEqual({ width: 1920, height: 1080, bitrateKbps: 8000 });
    expect(preflight.snapshot.ok).toBe(true);
  });

  test('an address without the path of its service', async () => {
    await run(destination('a', 'rtmps://fa7.global-contribute.live-video.net/live'));
    expect(looks('limits', 'a')).toEqual(['failed', 'destination.bad-url']);
    expect(preflight.snapshot.fixable).toBe(false);
  });
});

describe('in order', () => {
  test('a newer run ends an older one', async () => {
    const slow = destination('slow', 'rtmp://slow.example/live');
    const other = destination('other', 'rtmp://other.example/live');
    let release = () => {};
    probeResult = (host) =>
      host === 'slow.example' ? new Promise((resolve) => (release = resolve)) : Promise.resolve();
    preflight.run([slow]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await run(other);
    const { items } = preflight.snapshot;
    release();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(preflight.snapshot.items).toBe(items);
    expect(item('destination', other).state).toBe('ok');
  });

  test('cancelled, it is as if it had not been', async () => {
    const slow = destination('slow', 'rtmp://slow.example/live');
    let release = () => {};
    probeResult = () => new Promise((resolve) => (release = resolve));
    preflight.run([slow]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    preflight.cancel();
    expect(preflight.snapshot).toEqual({ phase: 'idle', items: [], ok: null, fixable: false });
    release();
    await preflight.close();
    expect(preflight.snapshot.phase).toBe('idle');
  });

  test('while live it is refused, and so is what is not saved', async () => {
    expect(() => preflight.run(['nobody'])).toThrow(/destination.not-found/);
    idle = false;
    expect(() => preflight.run([])).toThrow(/stream.already-live/);
    // A recording can become a broadcast, with the picture that it has.
    recording = true;
    expect(() => preflight.run([])).not.toThrow();
    await expect(preflight.fix([])).rejects.toMatchObject({ reason: 'stream.already-live' });
  });
});
