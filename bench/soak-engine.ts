import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeFeed, FEED, openMediaBench, until } from '../e2e/support/media-feed.ts';
import { beep } from './soak-drift.ts';
import { ffmpegName, type SoakSubject } from './soak-subject.ts';

const LOOP_SECONDS = 20;
const LONGER_SECONDS = 60;

/** The media process alone, fed with recorded packets and beeps, writing a file beside the servers. */
export async function soakEngine(): Promise<SoakSubject> {
  const folder = mkdtempSync(join(tmpdir(), 'vida3-soak-'));
  const file = join(folder, 'soak.mkv');
  const bench = await openMediaBench();
  let fed = 0;
  let over = false;
  let feeding: Promise<void> = Promise.resolve();
  return {
    root: bench.media.pid!,
    file,
    nameOf: (process) => ffmpegName(process) ?? 'media process',
    async start(servers, seconds) {
      const loop = await encodeFeed(LOOP_SECONDS);
      const count = Math.ceil((seconds + LONGER_SECONDS) * FEED.fps);
      const pictures = Array.from({ length: count }, (_, at) => loop[at % loop.length]!);
      bench.start([
        ...servers.map(({ url, key }, at) => ({
          kind: 'rtmp' as const,
          id: `rtmp${at}`,
          name: `RTMP ${at}`,
          server: url,
          key,
        })),
        { kind: 'file', id: 'file', name: 'File', path: file },
      ]);
      await until('the engine has started', () => bench.status()?.destinations.length === servers.length + 1);
      feeding = bench.feed(pictures, {
        sound: beep,
        onPicture: (index) => {
          fed = index + 1;
        },
        cancelled: () => over,
      });
    },
    destinations: () => bench.status()!.destinations,
    driftMs: () => bench.status()!.audioDriftMs,
    fed: () => fed,
    async stop() {
      over = true;
      await feeding;
      return bench.stop();
    },
    async close() {
      over = true;
      await bench.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
