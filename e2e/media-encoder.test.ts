import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { MediaDestination } from '../src/main/media/protocol.ts';
import type { Rendition } from '../src/shared/domain/encoding.ts';
import { decodeErrors, pictureCorners } from './support/decode.ts';
import {
  encodeFeed,
  FEED,
  FEED_RENDITION,
  type FeedPicture,
  type MediaBench,
  openMediaBench,
  rawFeed,
  uniqueKey,
  until,
} from './support/media-feed.ts';
import { reread } from './support/patience.ts';
import { largestGap, probeStream, strictlyIncreasing } from './support/probe.ts';
import { childrenOf } from './support/processes.ts';
import { missingRtmpServer, type RtmpServer, startRtmpServer } from './support/rtmp-server.ts';

const missing = missingRtmpServer();
const RECORDING: Rendition = { name: 'recording', width: 320, height: 180, bitrateKbps: 300 };
const SECONDS = 6;
/** Between two key frames. */
const CHANGE_SECONDS = 3;

describe.skipIf(missing !== null)(`the FFmpeg encoder path${missing ? ` (${missing})` : ''}`, () => {
  let folder: string;
  let server: RtmpServer;
  let feed: { card: FeedPicture; pictures: FeedPicture[] };
  let bench: MediaBench | null = null;

  const open = async (): Promise<MediaBench> => {
    bench = await openMediaBench();
    return bench;
  };
  const rtmp = (id: string, key: string): MediaDestination => ({
    kind: 'rtmp',
    id,
    name: id,
    server: server.url,
    key,
  });
  const file = (id: string): MediaDestination => ({
    kind: 'file',
    id,
    name: id,
    path: join(folder, `${id}.mkv`),
  });
  /** The FFmpegs that encode raw pictures. */
  const encoders = (media: MediaBench) =>
    childrenOf(media.media.pid!).filter(({ args }) => args.includes('libx264'));

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vida3-raw-'));
    [server, feed] = await Promise.all([startRtmpServer(), rawFeed(SECONDS)]);
  });
  afterEach(async () => {
    await bench?.close();
    bench = null;
  });
  afterAll(async () => {
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('raw pictures become a stream and a smaller recording, none is lost, not even at another preset', async () => {
    const media = await open();
    const key = uniqueKey('raw');
    media.start([rtmp('a', key), { ...file('rec'), rendition: 'recording' }], {
      renditions: [FEED_RENDITION, RECORDING],
      encoders: ['libx264'],
    });
    let before: number[] = [];
    await media.feed(feed.pictures, {
      onPicture: (index) => {
        if (index !== CHANGE_SECONDS * FEED.fps) return;
        before = encoders(media).map(({ pid }) => pid);
        media.tell({ type: 'preset', preset: 'ultrafast' });
      },
    });
    expect(before).toHaveLength(2);
    for (const { pid, args } of encoders(media)) {
      expect(before).not.toContain(pid);
      expect(args).toContain('ultrafast');
    }
    await until('everything is encoded', () => {
      const status = media.status()!;
      return status.encoder!.frames + status.encoder!.skipped >= 2 * feed.pictures.length;
    });
    const status = media.status()!;
    expect(status.encoder).toMatchObject({ name: 'libx264', replaced: 0 });
    // Only while one starts, four in all, on a machine that has other work to do.
    expect(status.encoder!.skipped).toBeLessThan(2 * FEED.fps);
    expect(status.encoder!.pids).toHaveLength(2);
    expect(status.encoder!.p50Ms).toBeGreaterThan(0);
    expect(status.renditions.map(({ name, width, height }) => [name, width, height])).toEqual([
      ['main', FEED.width, FEED.height],
      ['recording', RECORDING.width, RECORDING.height],
    ]);
    expect(await media.stop()).toEqual([]);
    const { skipped } = status.encoder!;
    const skippedSeconds = skipped / FEED.fps;
    for (const [where, width, id] of [
      [() => server.recordings(key)[0]!, FEED.width, 'a'],
      [() => join(folder, 'rec.mkv'), RECORDING.width, 'rec'],
    ] as const) {
      const { frames } = media.destination(id);
      const facts = await reread(
        () => probeStream(where()),
        (found) => found.frames >= frames,
      );
      expect(await decodeErrors(where())).toBe('');
      expect(facts.width).toBe(width);
      expect(Math.abs(facts.frames - frames)).toBeLessThanOrEqual(1);
      expect(facts.frames).toBeGreaterThanOrEqual(feed.pictures.length - skipped - 1);
      expect(strictlyIncreasing(facts.videoTimes)).toBe(true);
      expect(facts.keyTimes[0]).toBe(facts.videoTimes[0]);
      // The encoders that begin anew with the other preset lose none but those skipped, and begin with a key frame.
      const later = facts.videoTimes.filter((time) => time > 1);
      expect(largestGap(later)).toBeLessThan(1.5 / FEED.fps + skippedSeconds);
      expect(facts.keyTimes.some((time) => Math.abs(time - CHANGE_SECONDS) < 0.5)).toBe(true);
      expect(largestGap(facts.keyTimes)).toBeLessThan(FEED.keySeconds + 0.1 + skippedSeconds);
      expect(facts.audioCodec).toBe('aac');
    }
  });

  test('an encoder that is killed is replaced, and no destination connects again', async () => {
    const media = await open();
    const key = uniqueKey('killed');
    media.start([rtmp('a', key), file('killed')], { encoders: ['nvenc', 'libx264', 'libx264'] });
    let killed = false;
    await media.feed(feed.pictures, {
      onPicture: (index) => {
        const [victim] = killed || index < 3 * FEED.fps ? [] : encoders(media);
        if (!victim) return;
        killed = true;
        process.kill(victim.pid, 'SIGKILL');
      },
    });
    expect(killed).toBe(true);
    await until('everything is accounted for', () => {
      const { frames, skipped } = media.status()!.encoder!;
      return frames + skipped >= feed.pictures.length;
    });
    const { name, replaced, skipped } = media.status()!.encoder!;
    expect(name).toBe('libx264');
    expect(replaced).toBe(2);
    // The one without a device takes a while to say so; then eight pictures wait for the next one's start.
    expect(skipped).toBeLessThan(2 * FEED.fps);
    expect(await media.stop()).toEqual([]);
    expect(media.states('a')).toEqual(['connecting', 'live', 'stopping', 'ended']);
    expect(media.destination('a')).toMatchObject({ reconnects: 0, dropped: 0, reason: null });
    const facts = await probeStream(join(folder, 'killed.mkv'));
    expect(await decodeErrors(join(folder, 'killed.mkv'))).toBe('');
    expect(strictlyIncreasing(facts.videoTimes)).toBe(true);
    expect(Math.abs(facts.frames - media.destination('killed').frames)).toBeLessThanOrEqual(1);
    expect(server.recordings(key)).toHaveLength(1);
    for (const text of media.said) expect(text).not.toContain(key);
  });

  test('the last encoder that fails is told', async () => {
    const media = await open();
    media.start([file('none')], { encoders: ['nvenc', 'vaapi'] });
    await media.feed(feed.pictures.slice(0, 2 * FEED.fps));
    await until('it is told', () => media.answers('encoders-failed').length > 0);
    expect(media.answers('encoders-failed')).toHaveLength(1);
    await media.stop();
  });

  test('a page that fails to encode goes on with raw pictures in the same connection, and its card with it', async () => {
    const media = await open();
    const encoded = await encodeFeed(2);
    const key = uniqueKey('switch');
    media.start([rtmp('a', key), file('switch')]);
    await media.feed(encoded);
    media.tell({ type: 'encoders', encoders: ['libx264'] });
    media.sendCards([feed.card]);
    await media.feed(feed.pictures.slice(0, 2 * FEED.fps));
    await media.dropPage();
    await until('the card is on', () => media.status()!.cardFrames > 20);
    expect(media.status()!.card).toBe(true);
    await media.attachPage();
    await media.feed(feed.pictures.slice(2 * FEED.fps, 4 * FEED.fps));
    expect(media.status()!.card).toBe(false);
    await until('everything is encoded', () => {
      const { encoder, cardFrames } = media.status()!;
      return encoder!.frames + encoder!.skipped >= 4 * FEED.fps + cardFrames;
    });
    expect(await media.stop()).toEqual([]);
    expect(media.states('a')).toEqual(['connecting', 'live', 'stopping', 'ended']);
    const { frames, skipped } = media.status()!.encoder!;
    for (const where of [() => join(folder, 'switch.mkv'), () => server.recordings(key)[0]!]) {
      const facts = await reread(
        () => probeStream(where()),
        (found) => found.frames >= encoded.length + frames,
      );
      expect(await decodeErrors(where())).toBe('');
      expect(strictlyIncreasing(facts.videoTimes)).toBe(true);
      // Without the card it would be the 350 ms before the first one and the 50 ms of each of more than twenty.
      expect(largestGap(facts.videoTimes)).toBeLessThan(1.2 + skipped / FEED.fps);
      expect(Math.abs(facts.frames - encoded.length - frames)).toBeLessThanOrEqual(1);
    }
    const grey = (await pictureCorners(join(folder, 'switch.mkv'))).filter((c) =>
      c.every((value) => Math.abs(value - 128) < 6),
    );
    expect(Math.abs(grey.length - media.status()!.cardFrames)).toBeLessThanOrEqual(1 + skipped);
  });

  test('encoders are tried by a real encode', async () => {
    const media = await open();
    media.tell({ type: 'try-encoders', ffmpeg: 'ffmpeg', encoders: ['libx264', 'nvenc', 'amf'] });
    await until('the answer', () => media.answers('trials').length > 0);
    const { trials } = media.answers('trials')[0]!;
    expect(trials.map(({ encoder }) => encoder)).toEqual(['libx264', 'nvenc', 'amf']);
    expect(trials[0]).toEqual({ encoder: 'libx264', works: true, detail: null });
    for (const { works, detail } of trials.filter((trial) => !trial.works)) {
      expect(works).toBe(false);
      expect(detail).toMatch(/\S/);
      expect(detail).not.toContain('/');
    }
  });
});
