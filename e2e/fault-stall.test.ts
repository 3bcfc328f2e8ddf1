import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { expectKeyFrames, expectUnharmed } from './support/fault-expect.ts';
import { FaultProxy } from './support/fault-proxy.ts';
import { openShow } from './support/fault-show.ts';
import { encodeFeed, type FeedPicture } from './support/media-feed.ts';
import { missingRtmpServer, type RtmpServer, startRtmpServer } from './support/rtmp-server.ts';

const missing = missingRtmpServer();
const GOOD_RUN_MS = 5_500;
const NOTICED_LIMIT_SECONDS = 10;

/**
 * A server that stops reading in mid-stream. Its kernel goes on taking data until the buffers of both sides are
 * full: that is the time nobody can see anything, and it is longest at a low bitrate.
 */
const STALLS = [
  { name: 'a peer that stops reading at 1 Mbit/s', filler: 0, frozen: false },
  { name: 'a server whose process is stopped, at 1 Mbit/s', filler: 0, frozen: true },
  { name: 'a peer that stops reading at 5 Mbit/s', filler: 40_000, frozen: false },
] as const;

describe.skipIf(missing !== null)(`stall in mid-stream${missing ? ` (${missing})` : ''}`, () => {
  let server: RtmpServer;
  let pictures: FeedPicture[];

  beforeAll(async () => {
    [server, pictures] = await Promise.all([startRtmpServer(), encodeFeed(40)]);
  });
  afterAll(() => server?.close());

  // How much the kernel takes depends on how evenly the peer has read before: a busy machine may need another try.
  test.for(STALLS)('$name', { retry: 1 }, async ({ name, filler, frozen }, { expect }) => {
    const own = frozen ? await startRtmpServer() : null;
    const proxy = await FaultProxy.open(server.port);
    const show = await openShow({
      server,
      pictures: filler === 0 ? pictures : pictures.map((picture) => enlarged(picture, filler)),
      bad: own?.url ?? proxy.url,
    });
    try {
      await show.seen('live');
      await pause(GOOD_RUN_MS);
      const atMs = performance.now();
      if (own) own.pause();
      else await proxy.set({ kind: 'stall' });
      const noticed = await show.seen('reconnecting', 'destination.stalled', 20_000, atMs);
      const noticedSeconds = (noticed.atMs - atMs) / 1000;
      console.log(`${name}: noticed after ${noticedSeconds.toFixed(1)} s`);
      expect(noticedSeconds).toBeLessThan(NOTICED_LIMIT_SECONDS);
      own?.resume();
      await proxy.set({ kind: 'pass' });
      await show.seen('live', null, 20_000, performance.now());
      await pause(1_500);
      const ended = await show.end();
      expectUnharmed(expect, show, ended, own?.port ?? proxy.port);
      expectKeyFrames(expect, proxy, ended);
    } finally {
      await show.bench.close();
      await proxy.close();
      await own?.close();
    }
  });
});

/** The picture with filler data, to raise the bitrate. */
function enlarged({ key, data }: FeedPicture, bytes: number): FeedPicture {
  const filler = Buffer.concat([
    Buffer.from([0, 0, 0, 1, 0x0c]),
    Buffer.alloc(bytes, 0xff),
    Buffer.from([0x80]),
  ]);
  return { key, data: Buffer.concat([data, filler]) };
}
