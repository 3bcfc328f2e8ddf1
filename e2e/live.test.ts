import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { runCli } from './support/cli.ts';
import { fixturesDir, modelsDir, needs } from './support/fixtures.ts';
import { mediaProcessOf } from './support/live-processes.ts';
import { liveStage } from './support/live-stage.ts';
import { largestGap, probeStream, strictlyIncreasing } from './support/probe.ts';
import { missingRtmpServer } from './support/rtmp-server.ts';

const KEY = 'live-k3y-never-shown';
const noServer = missingRtmpServer();

describe.skipIf(noServer !== null)(`live into a real RTMP server${noServer ? ` [${noServer}]` : ''}`, () => {
  const stage = liveStage();

  test.skipIf(!fixturesDir || !modelsDir)(
    needs('a public clip as camera: 15 s at 640x360@15', 'fixtures', 'models'),
    async () => {
      const run = runCli(
        [
          'live',
          '--camera',
          path.join(fixturesDir!, 'clips/public_talk_frontal.mp4'),
          '--to',
          stage.url(KEY),
          '--size',
          '640x360',
          '--fps',
          '15',
          '--seconds',
          '15',
          '--report',
          stage.file('r.json'),
          '--snapshot',
          stage.file('s.png'),
          '--record',
          stage.file('r.mp4'),
        ],
        { VIDA3_MODELS_DIR: modelsDir! },
      );
      const { code, output } = await run.done;
      expect(code, output).toBe(0);
      expect(output).not.toContain(KEY);
      const report = stage.report('r.json');
      expect(JSON.stringify(report)).not.toContain(KEY);
      expect(report.tracking.source).toBe('camera');
      expect(report.tracking.face.found).toBeGreaterThanOrEqual(0.95 * report.tracking.face.frames);
      expect(report.tracking.face.frames).toBeGreaterThan(100);
      expect(report.destinations.map((d) => d.state)).toEqual(['ended', 'ended']);

      const stream = await probeStream(stage.server.recordings(KEY)[0]!);
      expect(stream).toMatchObject({ videoCodec: 'h264', audioCodec: 'aac', width: 640, height: 360 });
      expect(stream.frames).toBeGreaterThanOrEqual(0.9 * 225);
      expect(largestGap(stream.keyTimes)).toBeLessThanOrEqual(2.1);
      expect(strictlyIncreasing(stream.videoTimes)).toBe(true);
      expect(Math.abs(stream.audioStart! - stream.videoStart)).toBeLessThanOrEqual(0.08);
      const record = await probeStream(stage.file('r.mp4'));
      expect(record.frames).toBeGreaterThanOrEqual(0.95 * report.encode.frames);
      expect(readFileSync(stage.file('s.png')).subarray(1, 4).toString()).toBe('PNG');
    },
    90_000,
  );

  test('the recorded performance stands in without a model, and a killed media process costs at most 5 s', async () => {
    const run = runCli(
      [
        'live',
        '--to',
        stage.url('killed'),
        '--size',
        '640x360',
        '--fps',
        '15',
        '--seconds',
        '15',
        '--report',
        stage.file('killed.json'),
      ],
      { VIDA3_MODELS_DIR: undefined },
    );
    await run.until(/: live/);
    await pause(5000);
    process.kill(mediaProcessOf(run.child.pid!), 'SIGKILL');
    const { code, output } = await run.done;
    expect(code, output).toBe(0);
    const report = stage.report('killed.json');
    expect(report.tracking.source).toBe('recorded');
    expect(report.media.restarts).toBe(1);
    expect(report.media.gapMs).toBeGreaterThan(0);
    expect(report.media.gapMs).toBeLessThanOrEqual(5000);
    expect(report.destinations[0]!.reconnects).toBeGreaterThanOrEqual(1);
    const parts = stage.server.recordings('killed');
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
      stage.url('good'),
      '--to',
      'rtmp://127.0.0.1:9/live/nobody-listens',
      '--size',
      '320x180',
      '--fps',
      '10',
      '--seconds',
      '4',
      '--report',
      stage.file('two.json'),
    ]);
    const { code, output } = await run.done;
    expect(code, output).toBe(4);
    expect(output).toContain('destination.refused');
    expect(output).not.toContain('nobody-listens');
    const report = stage.report('two.json');
    expect(report.destinations.map((d) => [d.state, d.reason])).toEqual([
      ['ended', null],
      ['failed', 'destination.refused'],
    ]);
    const stream = await probeStream(stage.server.recordings('good')[0]!);
    expect(stream.frames).toBeGreaterThanOrEqual(0.9 * 40);
  }, 60_000);
});
