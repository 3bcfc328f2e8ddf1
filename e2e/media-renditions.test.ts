import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { MediaDestination } from '../src/main/media/protocol.ts';
import type { Rendition } from '../src/shared/domain/encoding.ts';
import { decodeErrors } from './support/decode.ts';
import { FaultProxy } from './support/fault-proxy.ts';
import {
  encodeFeed,
  encodeRendition,
  FEED,
  FEED_RENDITION,
  type FeedPicture,
  type MediaBench,
  openMediaBench,
  uniqueKey,
  until,
} from './support/media-feed.ts';
import { feedUntil, reread } from './support/patience.ts';
import { probeStream, type StreamFacts, strictlyIncreasing } from './support/probe.ts';
import { missingRtmpServer, type RtmpServer, startRtmpServer } from './support/rtmp-server.ts';

const missing = missingRtmpServer();
const SECOND: Rendition = { name: 'second', width: 320, height: 180, bitrateKbps: 500 };
const SECONDS = 10;
/** Half as long again as what must at least be recorded of a destination that came and went. */
const LASTING_SECONDS = 1.5;

describe.skipIf(missing !== null)(`one show for many${missing ? ` (${missing})` : ''}`, () => {
  let folder: string;
  let servers: RtmpServer[];
  let pictures: FeedPicture[];
  let beside: FeedPicture[];
  /** Over and over, for whatever takes its time: each begins with a key frame. */
  let longer: FeedPicture[];
  let bench: MediaBench | null = null;

  const open = async (): Promise<MediaBench> => {
    bench = await openMediaBench();
    return bench;
  };
  const rtmp = (id: string, key: string, server: RtmpServer, more = {}): MediaDestination => ({
    kind: 'rtmp',
    id,
    name: id,
    server: server.url,
    key,
    ...more,
  });
  const file = (id: string, path = join(folder, `${id}.mkv`)): MediaDestination => ({
    kind: 'file',
    id,
    name: id,
    path,
  });

  /** What a server has recorded, once it has so many pictures. */
  const facts = (path: () => string, count: number): Promise<StreamFacts> =>
    reread(
      () => probeStream(path()),
      ({ frames }) => frames >= count,
    );

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vida3-renditions-'));
    [servers, pictures, beside] = await Promise.all([
      Promise.all([startRtmpServer(), startRtmpServer()]),
      encodeFeed(SECONDS),
      encodeRendition(SECOND, SECONDS),
    ]);
    longer = [...pictures, ...pictures, ...pictures];
  });
  afterEach(async () => {
    await bench?.close();
    bench = null;
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.close()));
    rmSync(folder, { recursive: true, force: true });
  });

  test('two encodes for two servers, in step', async () => {
    const media = await open();
    const [large, small] = [uniqueKey('large'), uniqueKey('small')];
    media.start([rtmp('a', large, servers[0]!), rtmp('b', small, servers[1]!, { rendition: 'second' })], {
      renditions: [FEED_RENDITION, SECOND],
    });
    const shown = await feedUntil(
      media,
      'both are live',
      pictures,
      (sent) => sent >= 4 * FEED.fps && ['a', 'b'].every((id) => media.destination(id)?.state === 'live'),
      { beside },
    );
    expect(media.keyFrameRequests('main')).toBeGreaterThan(0);
    expect(media.keyFrameRequests('second')).toBeGreaterThan(0);
    expect(media.status()!.renditions).toMatchObject([
      { name: 'main', width: FEED.width, targetKbps: 1000 },
      { name: 'second', width: SECOND.width, targetKbps: 500 },
    ]);
    expect(await media.stop()).toEqual([]);
    const recorded = await Promise.all([
      facts(() => servers[0]!.recordings(large)[0]!, shown),
      facts(() => servers[1]!.recordings(small)[0]!, shown),
    ]);
    expect(recorded.map(({ width, height }) => [width, height])).toEqual([
      [FEED.width, FEED.height],
      [SECOND.width, SECOND.height],
    ]);
    for (const { frames, keyTimes, videoTimes, audioCodec } of recorded) {
      expect(frames).toBe(shown);
      expect(keyTimes[0]).toBe(videoTimes[0]);
      expect(audioCodec).toBe('aac');
    }
    // Every picture has one time in both.
    expect(recorded[0].videoTimes).toEqual(recorded[1].videoTimes);
  });

  test('destinations come, go and come back beside one that does not notice', async () => {
    const media = await open();
    const [stays, comes, back] = [uniqueKey('stays'), uniqueKey('comes'), uniqueKey('back')];
    const denied = { ...servers[0]!, url: servers[0]!.deniedUrl };
    media.start([rtmp('a', stays, servers[0]!), rtmp('c', back, denied)]);
    const stateOf = (id: string) => media.destination(id)?.state;
    const add = (id: 'b' | 'c') =>
      media.tell({
        type: 'add',
        destination: id === 'b' ? rtmp('b', comes, servers[1]!) : rtmp('c', back, servers[0]!),
      });
    // One after the other, each when what it waits for has lasted a while: that long it is recorded as well.
    const script: { readonly holds: () => boolean; readonly act: () => void }[] = [
      { holds: () => stateOf('a') === 'live', act: () => add('b') },
      {
        holds: () => stateOf('b') === 'live',
        act: () => {
          add('b');
          media.tell({ type: 'remove', id: 'b' });
          add('b');
        },
      },
      // Failed for good; replaced by the same place at its right address.
      { holds: () => stateOf('c') === 'failed', act: () => add('c') },
      { holds: () => stateOf('c') === 'live', act: () => media.tell({ type: 'remove', id: 'c' }) },
      // One that was ended is not tried again.
      { holds: () => stateOf('c') === 'ended', act: () => media.tell({ type: 'retry', id: 'c' }) },
      { holds: () => stateOf('b') === 'live' && stateOf('c') === 'ended', act: () => undefined },
    ];
    let held = 0;
    const sent = await feedUntil(media, 'every destination came and went', longer, () => {
      held = script[0]?.holds() ? held + 1 : 0;
      if (held > LASTING_SECONDS * FEED.fps) {
        held = 0;
        script.shift()?.act();
      }
      return script.length === 0;
    });
    expect(media.said.some((text) => text.includes('b is a destination already'))).toBe(true);
    expect(await media.stop()).toEqual([]);
    expect(media.states('a')).toEqual(['connecting', 'live', 'stopping', 'ended']);
    expect(media.destination('a')).toMatchObject({ frames: sent, reconnects: 0, dropped: 0 });
    expect((await facts(() => servers[0]!.recordings(stays)[0]!, sent)).frames).toBe(sent);
    expect(servers[1]!.recordings(comes)).toHaveLength(2);
    expect(servers[0]!.recordings(back)).toHaveLength(1);
    for (const path of [...servers[1]!.recordings(comes), ...servers[0]!.recordings(back)]) {
      const { keyTimes, videoTimes } = await facts(() => path, FEED.fps + 1);
      expect(keyTimes[0]).toBe(videoTimes[0]);
      expect(videoTimes.length).toBeGreaterThan(FEED.fps);
    }
    expect(media.states('b')).toContain('ended');
    expect(media.states('c').slice(-4)).toEqual(['connecting', 'live', 'stopping', 'ended']);
    expect(media.status()!.destinations.map(({ id }) => id)).toEqual(['a', 'c', 'b']);
  });

  test('the last seconds are saved while live, and a file ends in order when the disk gets full', async () => {
    const media = await open();
    const key = uniqueKey('replay');
    const saved = [join(folder, 'one.mkv'), join(folder, 'two.mp4')];
    const full = join(folder, 'full.mkv');
    media.start([rtmp('a', key, servers[0]!), file('full', full)], {
      replaySeconds: 4,
      minFreeBytes: 2 ** 60,
    });
    await media.feed(pictures.slice(0, 8 * FEED.fps), {
      onPicture: (index) => {
        if (index === 7 * FEED.fps) for (const path of saved) media.tell({ type: 'save-replay', path });
      },
    });
    await until('both are saved', () => media.answers('replay').length === 2);
    expect(media.destination('full')).toMatchObject({ state: 'ended', reason: 'record.low-space' });
    expect(media.status()!.replaySeconds).toBeGreaterThan(4);
    for (const { path, reason, seconds } of media.answers('replay')) {
      expect(reason).toBeNull();
      expect(seconds).toBeGreaterThanOrEqual(4);
      expect(seconds).toBeLessThan(4 + FEED.keySeconds + 0.2);
      const { frames, keyTimes, videoTimes, audioCodec } = await probeStream(path);
      expect(frames).toBe(Math.round(seconds * FEED.fps) + 1);
      expect(keyTimes[0]).toBe(videoTimes[0]);
      expect(strictlyIncreasing(videoTimes)).toBe(true);
      expect(audioCodec).toBe('aac');
      expect(await decodeErrors(path)).toBe('');
    }
    media.tell({ type: 'save-replay', path: join(folder, 'none', 'replay.mkv') });
    await until('the answer', () => media.answers('replay').length === 3);
    expect(media.answers('replay')[2]).toMatchObject({ reason: 'record.cannot-write' });
    expect(await media.stop()).toEqual([]);
    // It ended before the disk was full: what it has is whole.
    expect(await decodeErrors(full)).toBe('');
    const shown = 8 * FEED.fps;
    expect((await facts(() => servers[0]!.recordings(key)[0]!, shown)).frames).toBe(shown);
    media.tell({ type: 'save-replay', path: saved[0]! });
    await until('the answer', () => media.answers('replay').length === 4);
    expect(media.answers('replay')[3]).toMatchObject({ seconds: 0, reason: 'record.no-replay' });
  });

  test('a server that takes less than the bitrate is given less', async () => {
    const media = await open();
    const proxy = await FaultProxy.open(servers[0]!.port);
    const key = uniqueKey('slow');
    try {
      media.start([{ kind: 'rtmp', id: 'a', name: 'a', server: proxy.url, key }], { adaptive: true });
      const bitrates = () => media.controls().filter((control) => control.type === 'bitrate');
      await feedUntil(media, 'a lower bitrate is told', longer, () => bitrates().length > 0, {
        onPicture: (index) => {
          if (index === 2 * FEED.fps) void proxy.set({ kind: 'throttle', kbps: 400 });
        },
      });
      const told = bitrates();
      for (const { rendition, kbps } of told) {
        expect(rendition).toBe('main');
        expect(kbps).toBeGreaterThanOrEqual(300);
        expect(kbps).toBeLessThan(FEED_RENDITION.bitrateKbps);
      }
      await until('it is the one aimed at', () => {
        return media.status()!.renditions[0]!.targetKbps === bitrates().at(-1)!.kbps;
      });
      // The next page starts at the full bitrate, and is told at once.
      await media.dropPage();
      const before = bitrates().length;
      await media.attachPage();
      await until('it is told again', () => bitrates().length > before);
    } finally {
      await proxy.set({ kind: 'pass' });
      await media.stop();
      await proxy.close();
    }
  });
});
