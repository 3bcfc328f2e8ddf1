import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportSchema } from '../src/shared/domain/report.ts';
import { runCli } from './support/cli.ts';
import { fixturesDir, modelsDir, needs } from './support/fixtures.ts';
import { mediaProcessOf } from './support/live-processes.ts';
import { largestGap, probeStream, strictlyIncreasing } from './support/probe.ts';
import { missingRtmpServer, type RtmpServer, startRtmpServer } from './support/rtmp-server.ts';

const KEY = 'live-k3y-never-shown';
const noServer = missingRtmpServer();

describe.skipIf(noServer !== null)(`live into a real RTMP server${noServer ? ` [${noServer}]` : ''}`, () => {
  let server: RtmpServer;
  let folder: string;
  beforeAll(async () => {
    server = await startRtmpServer();
    folder = mkdtempSync(path.join(tmpdir(), 'vida3-live-'));
  });
  afterAll(async () => {
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const readReport = (name: string) =>
    reportSchema.parse(JSON.parse(readFileSync(path.join(folder, name), 'utf8')));

  test.skipIf(!fixturesDir || !modelsDir)(
    needs('a public clip as camera: 15 s at 640x360@15', 'fixtures', 'models'),
    async () => {
      const run = runCli(
        [
          'live',
          '--camera',
          path.join(fixturesDir!, 'clips/public_talk_frontal.mp4'),
          '--to',
          `${server.url}/${KEY}`,
          '--size',
          '640x360',
          '--fps',
          '15',
          '--seconds',
          '15',
          '--report',
          path.join(folder, 'r.json'),
          '--snapshot',
          path.join(folder, 's.png'),
          '--record',
          path.join(folder, 'r.mp4'),
        ],
        { VIDA3_MODELS_DIR: modelsDir! },
      );
      const { code, output } = await run.done;
      expect(code, output).toBe(0);
      expect(output).not.toContain(KEY);
      const report = readReport('r.json');
      expect(JSON.stringify(report)).not.toContain(KEY);
      expect(report.tracking.source).toBe('camera');
      expect(report.tracking.face.found).toBeGreaterThanOrEqual(0.95 * report.tracking.face.frames);
      expect(report.tracking.face.frames).toBeGreaterThan(100);
      expect(report.destinations.map((d) => d.state)).toEqual(['ended', 'ended']);

      const stream = await probeStream(server.recordings(KEY)[0]!);
      expect(stream).toMatchObject({ videoCodec: 'h264', audioCodec: 'aac', width: 640, height: 360 });
      expect(stream.frames).toBeGreaterThanOrEqual(0.9 * 225);
      expect(largestGap(stream.keyTimes)).toBeLessThanOrEqual(2.1);
      expect(strictlyIncreasing(stream.videoTimes)).toBe(true);
      expect(Math.abs(stream.audioStart! - stream.videoStart)).toBeLessThanOrEqual(0.08);
      const record = await probeStream(path.join(folder, 'r.mp4'));
      expect(record.frames).toBeGreaterThanOrEqual(0.95 * report.encode.frames);
      expect(readFileSync(path.join(folder, 's.png')).subarray(1, 4).toString()).toBe('PNG');
    },
    90_000,
  );

  test('the recorded performance stands in without a model, and a killed media process costs at most 5 s', async () => {
    const run = runCli(
      [
        'live',
        '--to',
        `${server.url}/killed`,
        '--size',
        '640x360',
        '--fps',
        '15',
        '--seconds',
        '15',
        '--report',
        path.join(folder, 'killed.json'),
      ],
      { VIDA3_MODELS_DIR: undefined },
    );
    await run.until(/: live/);
    await new Promise((resolve) => setTimeout(resolve, 5000));
    process.kill(mediaProcessOf(run.child.pid!), 'SIGKILL');
    const { code, output } = await run.done;
    expect(code, output).toBe(0);
    const report = readReport('killed.json');
    expect(report.tracking.source).toBe('recorded');
    expect(report.media.restarts).toBe(1);
    expect(report.media.gapMs).toBeGreaterThan(0);
    expect(report.media.gapMs).toBeLessThanOrEqual(5000);
    expect(report.destinations[0]!.reconnects).toBeGreaterThanOrEqual(1);
    const parts = server.recordings('killed');
    expect(parts).toHaveLength(2);
    const streams = await Promise.all(parts.map(probeStream));
    expect(streams.reduce((sum, s) => sum + s.frames, 0)).toBeGreaterThanOrEqual((15 - 5) * 15);
    for (const stream of streams) expect(stream.keyTimes[0]).toBe(stream.videoStart);
  }, 90_000);

  test('one bad destination beside a good one: exit 4, its reason named, the good one complete', async () => {
    const run = runCli([
      'live',
      '--camera',
      'none',
      '--to',
      `${server.url}/good`,
      '--to',
      'rtmp://127.0.0.1:9/live/nobody-listens',
      '--size',
      '320x180',
      '--fps',
      '10',
      '--seconds',
      '4',
      '--report',
      path.join(folder, 'two.json'),
    ]);
    const { code, output } = await run.done;
    expect(code, output).toBe(4);
    expect(output).toContain('destination.refused');
    expect(output).not.toContain('nobody-listens');
    const report = readReport('two.json');
    expect(report.destinations.map((d) => [d.state, d.reason])).toEqual([
      ['ended', null],
      ['failed', 'destination.refused'],
    ]);
    const stream = await probeStream(server.recordings('good')[0]!);
    expect(stream.frames).toBeGreaterThanOrEqual(0.9 * 40);
  }, 60_000);
});
