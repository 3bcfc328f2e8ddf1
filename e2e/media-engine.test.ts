import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { MediaDestination } from '../src/main/media/protocol.ts';
import {
  encodeFeed,
  FEED,
  FEED_RENDITION,
  type FeedPicture,
  type MediaBench,
  openMediaBench,
  type RecordedStream,
  readRecording,
  uniqueKey,
  until,
} from './support/media-feed.ts';
import { feedUntil, reread } from './support/patience.ts';
import { largestGap, strictlyIncreasing } from './support/probe.ts';
import { childrenOf, isRunning, listProcesses } from './support/processes.ts';
import {
  closingPeer,
  handshakeOnlyPeer,
  hangingPeer,
  missingTlsPeer,
  selfSignedPeer,
  tlsFront,
} from './support/rtmp-peers.ts';
import { freePort, missingRtmpServer, type RtmpServer, startRtmpServer } from './support/rtmp-server.ts';

const missing = missingRtmpServer();
const AV_START_SECONDS = 0.08;
const AV_END_SECONDS = 0.2;

function rtmp(id: string, server: string, key: string): MediaDestination {
  return { kind: 'rtmp', id, name: id.toUpperCase(), server, key };
}

function file(id: string, path: string): MediaDestination {
  return { kind: 'file', id, name: id.toUpperCase(), path };
}

describe.skipIf(missing !== null)(`media engine${missing ? ` (${missing})` : ''}`, () => {
  let server: RtmpServer;
  let pictures: FeedPicture[];
  let folder: string;
  const benches: MediaBench[] = [];
  const closers: (() => Promise<void>)[] = [];

  const open = async (caFile?: string): Promise<MediaBench> => {
    const bench = await openMediaBench({ caFile });
    benches.push(bench);
    return bench;
  };
  const seconds = (count: number): FeedPicture[] => pictures.slice(0, count * FEED.fps);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vida3-media-'));
    [server, pictures] = await Promise.all([startRtmpServer(), encodeFeed(30)]);
  });

  afterAll(async () => {
    await Promise.all(benches.map((bench) => bench.close()));
    await Promise.all(closers.map((close) => close()));
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.concurrent('delivers every picture and the sound to the server and to files', async ({ expect }) => {
    const bench = await open();
    const key = `${uniqueKey('good')}?token=a&b=c`;
    const [mp4, mkv] = [join(folder, 'good.mp4'), join(folder, 'good.mkv')];
    bench.start([rtmp('a', server.url, key), file('b', mp4), file('c', mkv)]);
    let commands = '';
    await bench.feed(seconds(6), {
      onPicture: (index) => {
        if (index === 40)
          commands = listProcesses()
            .flatMap((process) => process.args)
            .join('\n');
      },
    });
    expect(await bench.stop()).toEqual([]);

    const streamed = await served(server, key.split('?')[0]!, 6 * FEED.fps);
    for (const recorded of [streamed, await readRecording(mp4), await readRecording(mkv)]) {
      expect(recorded.video).toHaveLength(6 * FEED.fps);
      expect(recorded.keys.length).toBeGreaterThanOrEqual(3);
      expect(recorded.keys[0]).toBe(recorded.video[0]);
      expect(strictlyIncreasing(recorded.video)).toBe(true);
      expect(strictlyIncreasing(recorded.audio)).toBe(true);
      expect(Math.abs(recorded.video[0]! - recorded.audio[0]!)).toBeLessThan(AV_START_SECONDS);
      expect(Math.abs(recorded.video.at(-1)! - recorded.audio.at(-1)!)).toBeLessThan(AV_END_SECONDS);
    }
    expect(bench.states('a')).toEqual(['connecting', 'live', 'stopping', 'ended']);
    expect(bench.destination('a')).toMatchObject({ state: 'ended', reason: null, frames: 90, dropped: 0 });
    expect(bench.destination('a').firstByteMs).toBeGreaterThan(0);
    expect(bench.destination('a').url).toBe(`${server.url}/••••`);
    expect(bench.keyFrameRequests()).toBeGreaterThan(0);
    expect(commands).toContain('ffmpeg');
    for (const text of [commands, ...bench.said]) expect(text).not.toContain(key.slice(0, 12));
  });

  test.concurrent('names each bad destination and lets the good one be', async ({ expect }) => {
    const bench = await open();
    const peers = await Promise.all([hangingPeer(), closingPeer(), handshakeOnlyPeer()]);
    const tls = missingTlsPeer() ? null : await selfSignedPeer();
    const full = join(folder, 'full.mkv');
    symlinkSync('/dev/full', full);
    const good = uniqueKey('beside');
    const key = uniqueKey('bad');
    bench.start([
      rtmp('refused', `rtmp://127.0.0.1:${await freePort()}/live`, key),
      rtmp('dns', 'rtmp://no-such-host.invalid/live', key),
      rtmp('hanging', peers[0]!.url, key),
      rtmp('closing', peers[1]!.url, key),
      rtmp('handshake', peers[2]!.url, key),
      rtmp('denied', server.deniedUrl, key),
      ...(tls ? [rtmp('tls', tls.url, key)] : []),
      rtmp('long', server.url, 'k'.repeat(2000)),
      file('full', full),
      file('folder', join(folder, 'no-such-folder', 'show.mp4')),
      rtmp('good', server.url, good),
    ]);
    let hungAt = 0;
    const sent = await feedUntil(bench, 'all but the good one have failed', pictures, (index) => {
      const states = bench.status()?.destinations.map(({ state }) => state) ?? [];
      if (hungAt === 0 && states[2] === 'failed') hungAt = index;
      return (
        states.length > 0 &&
        states.at(-1) === 'live' &&
        states.slice(0, -1).every((state) => state === 'failed')
      );
    });
    const reasons = Object.fromEntries(bench.status()!.destinations.map(({ id, reason }) => [id, reason]));
    expect(reasons).toEqual({
      refused: 'destination.refused',
      dns: 'destination.dns',
      hanging: 'destination.timeout',
      closing: 'destination.closed',
      handshake: 'destination.closed',
      denied: 'destination.died-early',
      ...(tls ? { tls: 'destination.tls' } : {}),
      long: 'destination.bad-url',
      full: 'record.disk-full',
      folder: 'record.cannot-write',
      good: null,
    });
    expect(hungAt / FEED.fps).toBeLessThan(12);
    expect(await bench.stop()).toEqual([]);
    expect((await served(server, good, sent)).video).toHaveLength(sent);
    for (const text of bench.said) expect(text).not.toContain(key);
    await Promise.all([...peers, ...(tls ? [tls] : [])].map((peer) => peer.close()));
  });

  test.concurrent('goes on with silence when the microphone stops, and with a new encoder when it dies', async ({
    expect,
  }) => {
    const bench = await open();
    const key = uniqueKey('silent');
    bench.start([rtmp('a', server.url, key)]);
    await bench.feed(seconds(6), {
      pcmSeconds: 3,
      onPicture: (index) => {
        if (index === 60) killFfmpeg(bench, 'adts');
      },
    });
    expect(await bench.stop()).toEqual([]);
    const recorded = await served(server, key, 6 * FEED.fps);
    expect(recorded.video).toHaveLength(6 * FEED.fps);
    expect(recorded.audio.at(-1)).toBeGreaterThan(5.7);
    expect(largestGap(recorded.audio)).toBeLessThan(0.03);
    expect(bench.status()!.audioFilledSeconds).toBeGreaterThan(2.5);
  });

  test.concurrent('connects again when an FFmpeg is killed', async ({ expect }) => {
    const bench = await open();
    const [killed, spared] = [uniqueKey('killed'), uniqueKey('spared')];
    bench.start([rtmp('a', server.url, killed), rtmp('b', server.url, spared)]);
    let hit = false;
    let again: string | undefined;
    let backAt = 0;
    const sent = await feedUntil(
      bench,
      'one has connected again',
      pictures,
      (index) => {
        const back = bench.status()?.destinations.find((one) => one.reconnects > 0 && one.state === 'live');
        if (back && again === undefined) [again, backAt] = [back.id, index];
        return again !== undefined && index >= backAt + 2 * FEED.fps;
      },
      {
        onPicture: (index) => {
          // One that has not been live would have failed.
          if (hit || index < 40 || !['a', 'b'].every((id) => bench.destination(id)?.state === 'live')) return;
          hit = true;
          killFfmpeg(bench, 'flv');
        },
      },
    );
    const id = again === 'a' ? 'a' : 'b';
    expect(bench.destination(id).reconnects).toBe(1);
    expect(bench.destination(id === 'a' ? 'b' : 'a').reconnects).toBe(0);
    expect(await bench.stop()).toEqual([]);
    expect(bench.states(id)).toEqual(['connecting', 'live', 'reconnecting', 'live', 'stopping', 'ended']);
    const [back, other] = id === 'a' ? [killed, spared] : [spared, killed];
    const second = await served(server, back, FEED.fps);
    // More than two when a quick retry was given up just as the server had taken it.
    expect(server.recordings(back).length).toBeGreaterThanOrEqual(2);
    expect(second.video.length).toBeGreaterThanOrEqual(FEED.fps);
    expect(second.keys[0]).toBe(second.video[0]);
    expect(Math.abs(second.video[0]! - second.audio[0]!)).toBeLessThan(AV_START_SECONDS);
    expect((await served(server, other, sent)).video).toHaveLength(sent);
  });

  test.concurrent('comes back after an outage and notices a server that stops reading', async ({
    expect,
  }) => {
    const own = await startRtmpServer();
    closers.push(() => own.close());
    const bench = await open();
    const key = uniqueKey('outage');
    let over = false;
    bench.start([rtmp('a', own.url, key)]);
    const feeding = bench.feed([...pictures, ...pictures].map(enlarged), { cancelled: () => over });
    await until('live', () => bench.destination('a')?.state === 'live');
    await pause(5_500);
    await own.kill();
    await until('the loss is seen', () => bench.destination('a').state === 'reconnecting');
    expect(bench.destination('a').reason).toMatch(/^destination\.(disconnected|refused)$/);
    await pause(1_000);
    await own.start();
    await until('live again', () => bench.destination('a').state === 'live');
    expect(bench.destination('a').reconnects).toBe(1);
    const { video, keys } = await reread(
      () => readRecording(own.recordings(key).at(-1)!),
      (found) => own.recordings(key).length >= 2 && found.video.length > 0,
    );
    expect(own.recordings(key).length).toBeGreaterThanOrEqual(2);
    expect(video.length).toBeGreaterThan(0);
    expect(keys[0]).toBe(video[0]);
    own.pause();
    await until('the stall is seen', () => bench.destination('a').reason === 'destination.stalled');
    own.resume();
    await until('live once more', () => bench.destination('a').state === 'live');
    over = true;
    await feeding;
    expect(await bench.stop()).toEqual([]);
  });

  test.concurrent('tries a destination again when it takes over a running stream', async ({ expect }) => {
    const bench = await open();
    bench.start([
      { ...rtmp('a', `rtmp://127.0.0.1:${await freePort()}/live`, uniqueKey('resumed')), resumed: true },
    ]);
    await feedUntil(
      bench,
      'it tries again',
      pictures,
      () => bench.destination('a')?.state === 'reconnecting',
    );
    expect(bench.destination('a')).toMatchObject({ state: 'reconnecting', reason: 'destination.refused' });
    expect(await bench.stop()).toEqual([]);
    expect(bench.destination('a')).toMatchObject({ state: 'failed', reason: 'destination.refused' });
  });

  test.concurrent('says so when there is no FFmpeg', async ({ expect }) => {
    const bench = await open();
    bench.start([rtmp('a', server.url, uniqueKey('none')), file('b', join(folder, 'none.mp4'))], {
      ffmpeg: '/nowhere/ffmpeg',
    });
    await feedUntil(bench, 'both have failed', pictures, () =>
      ['a', 'b'].every((id) => bench.destination(id)?.state === 'failed'),
    );
    for (const id of ['a', 'b']) {
      expect(bench.destination(id)).toMatchObject({ state: 'failed', reason: 'ffmpeg.missing' });
    }
    expect(await bench.stop()).toEqual([]);
  });

  const noTls = missingTlsPeer();
  const secure = `streams over verified TLS${noTls ? ` (${noTls})` : ''}`;
  test.skipIf(noTls !== null)(secure, { concurrent: true }, async ({ expect }) => {
    const front = await tlsFront(server.port);
    const bench = await open(front.caFile);
    const key = uniqueKey('secure');
    bench.start([rtmp('a', front.url, key)]);
    const sent = await feedUntil(bench, 'it is live', pictures, (index) => {
      return index >= 3 * FEED.fps && bench.destination('a')?.state === 'live';
    });
    expect(bench.destination('a')).toMatchObject({ state: 'live', reason: null });
    expect(await bench.stop()).toEqual([]);
    expect((await served(server, key, sent)).video).toHaveLength(sent);
    await front.close();
  });

  test.concurrent('names a key that the server does not take', async ({ expect }) => {
    const [first, second] = await Promise.all([open(), open()]);
    const key = uniqueKey('busy');
    first.start([rtmp('a', server.url, key)]);
    const refused = () => second.destination('b')?.state === 'failed';
    const feeding = feedUntil(first, 'the second is refused', pictures, refused);
    await until('the first is live', () => first.destination('a')?.state === 'live');
    second.start([rtmp('b', server.url, key)]);
    await feedUntil(second, 'it is refused', pictures, refused);
    expect(second.destination('b')).toMatchObject({ state: 'failed', reason: 'destination.rejected' });
    const sent = await feeding;
    expect(await second.stop()).toEqual([]);
    expect(await first.stop()).toEqual([]);
    // Not its recording: nginx opens the same file for the publisher that it refuses.
    expect(first.destination('a')).toMatchObject({ state: 'ended', frames: sent, reconnects: 0 });
  });

  test.concurrent.for(['the media process is killed', 'it is asked to end'] as const)(
    'leaves no FFmpeg when %s',
    async (how, { expect }) => {
      const bench = await open();
      const hanging = await hangingPeer();
      bench.start([rtmp('a', server.url, uniqueKey('gone')), rtmp('b', hanging.url, uniqueKey('gone'))]);
      await bench.feed(seconds(2));
      const children = childrenOf(bench.media.pid!).map(({ pid }) => pid);
      expect(children).toHaveLength(3);
      process.kill(bench.media.pid!, how === 'it is asked to end' ? 'SIGTERM' : 'SIGKILL');
      // Killed, it can end none of them: the one that nobody answers gives up by itself, after ten seconds.
      await until('every FFmpeg has gone', () => !children.some(isRunning), 30_000);
      await hanging.close();
    },
  );

  test.concurrent('ends with its parent', async ({ expect }) => {
    const hanging = await hangingPeer();
    const parent = spawn(process.execPath, ['--input-type=module', '-e', parentScript(hanging.url)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: new URL('.', import.meta.url),
    });
    const pid = await new Promise<number>((resolve) =>
      parent.stdout.once('data', (data: Buffer) => resolve(Number(String(data)))),
    );
    await until('its FFmpeg runs', () => childrenOf(pid).length > 0);
    const children = childrenOf(pid).map((child) => child.pid);
    parent.kill('SIGKILL');
    await until('everything has gone', () => ![pid, ...children].some(isRunning), 10_000);
    expect(children.length).toBeGreaterThan(0);
    await hanging.close();
  });
});

/** A main process in few lines: it starts the engine and prints its process id. */
function parentScript(url: string): string {
  const module = new URL('../src/main/host/browser/media-process.ts', import.meta.url).href;
  const entry = new URL('../src/main/media/process.ts', import.meta.url).pathname;
  const start = {
    type: 'start',
    epoch: 1,
    ffmpeg: 'ffmpeg',
    fps: 15,
    renditions: [FEED_RENDITION],
    destinations: [rtmp('a', url, 'key')],
  };
  return `import { forkMediaProcess } from ${JSON.stringify(module)};
const media = forkMediaProcess({ entry: ${JSON.stringify(entry)}, log: () => undefined });
media.onMessage((message) => {
  if (message.type !== 'ready') return;
  media.send(${JSON.stringify(start)});
  console.log(media.pid);
});`;
}

/** The newest recording of a key, once it has so many pictures and the sound that belongs to them. */
function served(from: RtmpServer, key: string, count: number): Promise<RecordedStream> {
  return reread(
    () => readRecording(from.recordings(key).at(-1)!),
    ({ video, audio }) => video.length >= count && audio.at(-1)! > video.at(-1)! - AV_END_SECONDS,
  );
}

/** Kills one FFmpeg of the engine that writes this format, as the system would. */
function killFfmpeg(bench: MediaBench, format: string): void {
  const victim = childrenOf(bench.media.pid!).find(({ args }) => args.includes(format));
  if (!victim) throw new Error(`no FFmpeg writes ${format}`);
  process.kill(victim.pid, 'SIGKILL');
}

/** The picture with filler data: about 5 Mbit/s, so that the kernel's buffers hide a stalled peer only briefly. */
function enlarged({ key, data }: FeedPicture): FeedPicture {
  const filler = Buffer.concat([
    Buffer.from([0, 0, 0, 1, 0x0c]),
    Buffer.alloc(40_000, 0xff),
    Buffer.from([0x80]),
  ]);
  return { key, data: Buffer.concat([data, filler]) };
}
