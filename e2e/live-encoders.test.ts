import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { runCli } from './support/cli.ts';
import { decodeErrors } from './support/decode.ts';
import { liveStage } from './support/live-stage.ts';
import { largestGap, probeStream, strictlyIncreasing } from './support/probe.ts';
import { descendantsOf } from './support/processes.ts';
import { missingRtmpServer } from './support/rtmp-server.ts';

const noServer =
  missingRtmpServer() ?? (process.platform === 'linux' ? null : 'processes are read from /proc');
const SECONDS = 7;
const FPS = 15;

describe.skipIf(noServer !== null)(
  `encoders of FFmpeg, the whole program${noServer ? ` [${noServer}]` : ''}`,
  () => {
    const stage = liveStage();

    const live = (key: string, ...flags: string[]) => {
      const file = `${key}.json`;
      const run = runCli(
        [
          ...['live', '--to', stage.url(key), '--camera', 'none', '--size', '320x180'],
          ...['--fps', String(FPS), '--seconds', String(SECONDS), '--report', stage.file(file), ...flags],
        ],
        { VIDA3_MODELS_DIR: undefined },
      );
      return { run, report: () => stage.report(file) };
    };

    test('libx264, chosen: raw pictures go to the media process, the server gets a good stream', async () => {
      const { run, report } = live('chosen', '--encoder', 'ffmpeg:libx264');
      const { code, output } = await run.done;
      expect(code, output).toBe(0);
      const { encode, destinations, losses } = report();
      expect(encode).toMatchObject({ encoder: 'ffmpeg:libx264', fallback: null });
      expect(destinations).toMatchObject([{ state: 'ended', reconnects: 0, dropped: 0 }]);
      const lost = losses.encode + losses.render;
      expect(encode.frames + lost, JSON.stringify(report())).toBeGreaterThanOrEqual(0.9 * SECONDS * FPS);
      const [recorded] = stage.server.recordings('chosen') as [string];
      const stream = await probeStream(recorded);
      expect(stream.frames).toBeGreaterThanOrEqual(encode.frames - 2);
      expect(strictlyIncreasing(stream.videoTimes)).toBe(true);
      expect(await decodeErrors(recorded)).toBe('');
    }, 90_000);

    test('one that this machine does not have gives way to the next, and that is said', async () => {
      const { run, report } = live('absent', '--encoder', 'ffmpeg:amf');
      const { code, output } = await run.done;
      expect(code, output).toBe(0);
      expect(report().encode.encoder).not.toBe('ffmpeg:amf');
      expect(report().encode.fallback).toBe('encoder.fallback');
      expect(report().destinations).toMatchObject([{ state: 'ended', reconnects: 0 }]);
      expect(output).toMatch(/another one took over/);
    }, 90_000);

    test('one that is killed while live is replaced; the server sees no more than a key frame', async () => {
      const { run, report } = live('killed', '--encoder', 'ffmpeg:libx264');
      await run.until(/: live/);
      await pause(3000);
      const encoders = descendantsOf(run.child.pid!).filter(({ args }) => args.includes('rawvideo'));
      expect(encoders).toHaveLength(1);
      process.kill(encoders[0]!.pid, 'SIGKILL');
      const { code, output } = await run.done;
      expect(code, output).toBe(0);
      expect(report().destinations).toMatchObject([{ state: 'ended', reconnects: 0 }]);
      expect(stage.server.recordings('killed')).toHaveLength(1);
      const [recorded] = stage.server.recordings('killed') as [string];
      expect(largestGap((await probeStream(recorded)).videoTimes)).toBeLessThan(2.5);
      expect(await decodeErrors(recorded)).toBe('');
    }, 90_000);
  },
);
