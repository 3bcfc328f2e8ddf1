import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Destination } from '../../src/shared/ipc/destinations.ts';
import { decodeErrors } from '../support/decode.ts';
import { largestGap, probeStream, strictlyIncreasing } from '../support/probe.ts';
import { openRtmpSink, type RtmpSink } from './rtmp-sink.ts';
import { goLive, measureRate, openStudio, prepareBroadcast, type Studio, until } from './studio.ts';

/** Every media process has a number after it. */
const MEDIA_SERVICE = 'vida3-media-';
const RECOVERY_MS = 5000;

describe('live to a local server', () => {
  let sink: RtmpSink;
  let studio: Studio;
  let destination: Destination;
  beforeAll(async () => {
    sink = await openRtmpSink();
    studio = await openStudio();
    destination = await prepareBroadcast(studio, sink.url);
  });
  afterAll(async () => {
    await studio?.close();
    await sink?.close();
  });

  test('picture and sound arrive whole', async () => {
    await goLive(studio, destination);
    await pause(8000);
    await studio.ask('stream.stop', {});
    await sink.settled();
    const file = sink.recordings()[0]!;
    expect(await decodeErrors(file)).toBe('');
    const stream = await probeStream(file);
    expect(stream).toMatchObject({ videoCodec: 'h264', audioCodec: 'aac', width: 640, height: 360 });
    expect(strictlyIncreasing(stream.videoTimes)).toBe(true);
    expect(stream.frames).toBeGreaterThan(0.8 * 8 * 15);
    expect(largestGap(stream.keyTimes)).toBeLessThanOrEqual(2.1);
  });

  test('a window that is hidden or minimised sends as many pictures', async () => {
    await goLive(studio, destination);
    const visible = await measureRate(studio, 5);
    const rates: Record<string, number> = {};
    for (const how of ['hidden', 'minimised'] as const) {
      await studio.app.evaluate(({ BrowserWindow }, wanted) => {
        const [window] = BrowserWindow.getAllWindows();
        if (wanted === 'hidden') window!.hide();
        else {
          window!.show();
          window!.minimize();
        }
      }, how);
      await pause(1000);
      rates[how] = await measureRate(studio, 5);
    }
    await studio.app.evaluate(({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]!.restore();
      BrowserWindow.getAllWindows()[0]!.show();
    });
    console.log(`pictures per second: visible ${visible.toFixed(1)}`, rates);
    for (const rate of Object.values(rates)) expect(rate).toBeGreaterThanOrEqual(0.95 * visible);
    await studio.ask('stream.stop', {});
    await sink.settled();
  });

  test('a media process that is killed is replaced, and the stream goes on', async () => {
    await goLive(studio, destination);
    await pause(6000);
    const mediaPid = () =>
      studio.app.evaluate(
        ({ app }, name) =>
          app
            .getAppMetrics()
            .find((each) => each.serviceName?.startsWith(name) || each.name?.startsWith(name))?.pid ?? null,
        MEDIA_SERVICE,
      );
    const first = await mediaPid();
    expect(first).not.toBeNull();
    process.kill(first!, 'SIGKILL');
    const killedMs = performance.now();
    await until('the loss is seen', async () => ((await studio.stream())?.media.restarts ?? 0) === 1);
    await until('live again', async () => (await studio.stream())?.destinations[0]?.state === 'live');
    expect(performance.now() - killedMs).toBeLessThan(RECOVERY_MS);
    expect(await mediaPid()).not.toBe(first);
    await studio.ask('stream.stop', {});
    await sink.settled();
  });

  test('a page that is killed is back within 5 s, with the card meanwhile, on the same connection', async () => {
    await goLive(studio, destination);
    await pause(3000);
    const before = sink.recordings().length;
    const { pid, url } = await studio.app.evaluate(({ BrowserWindow }) => {
      const { webContents } = BrowserWindow.getAllWindows()[0]!;
      return { pid: webContents.getOSProcessId(), url: webContents.getURL() };
    });
    process.kill(pid, 'SIGKILL');
    const killedMs = performance.now();
    await until('another page process', () =>
      studio.app.evaluate(({ BrowserWindow }, old) => {
        const { webContents } = BrowserWindow.getAllWindows()[0]!;
        return webContents.getOSProcessId() !== old && !webContents.isLoading();
      }, pid),
    );
    expect(performance.now() - killedMs).toBeLessThan(RECOVERY_MS);
    await pause(4000);
    expect(
      await studio.app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]!.webContents.getURL(),
      ),
    ).toBe(url);
    expect(sink.recordings()).toHaveLength(before);
    await studio.close();
    await sink.settled();
    const file = sink.recordings().at(-1)!;
    expect(await decodeErrors(file)).toBe('');
    const { videoTimes } = await probeStream(file);
    expect(largestGap(videoTimes)).toBeLessThan(0.8);
  });
});

test('to quit while live asks first; the answer yes stops the stream in order', async () => {
  const sink = await openRtmpSink();
  const studio = await openStudio();
  try {
    await goLive(studio, await prepareBroadcast(studio, sink.url));
    await pause(2000);
    const quitWith = (response: number) =>
      studio.app.evaluate(({ app, dialog }, button) => {
        const asked = globalThis as { questions?: number };
        Object.assign(dialog, {
          showMessageBox: async () => {
            asked.questions = (asked.questions ?? 0) + 1;
            return { response: button, checkboxChecked: false };
          },
        });
        app.quit();
      }, response);
    await quitWith(1);
    await until('the question', () =>
      studio.app.evaluate(() => ((globalThis as { questions?: number }).questions ?? 0) === 1),
    );
    await pause(1000);
    expect((await studio.stream())?.phase).toBe('live');

    const gone = new Promise<number | null>((resolve) => studio.app.process().once('exit', resolve));
    await quitWith(0).catch(() => undefined);
    expect(await gone).toBe(0);
    await sink.settled();
    const file = sink.recordings()[0]!;
    expect(await decodeErrors(file)).toBe('');
    expect((await probeStream(file)).frames).toBeGreaterThan(20);
  } finally {
    await studio.close();
    await sink.close();
  }
});
