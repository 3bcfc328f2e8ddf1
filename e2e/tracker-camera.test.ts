import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type BenchServer,
  CHROME,
  canTrack,
  clipFile,
  fakeCamera,
  makeY4m,
  openBrowser,
  servePage,
} from './tracker/bench.ts';
import type {} from './tracker/page.ts';

const clip = clipFile('public_talk_frontal.mp4');
const resources = path.join(import.meta.dirname, '../resources/performance');
const hasChrome = existsSync(CHROME);

describe('tracking from a camera', () => {
  let server: BenchServer;
  beforeAll(async () => {
    if (!hasChrome) return;
    server = await servePage(path.join(import.meta.dirname, 'tracker/page.html'), {
      'fixtures/performance': path.join(resources, 'performer.perf'),
      'fixtures/clip': path.join(resources, 'performer.mp4'),
    });
  });
  afterAll(async () => server?.close());

  test.skipIf(!canTrack || !existsSync(clip))(
    'finds the face, in order, asks nobody outside, and survives its worker',
    async () => {
      const y4m = makeY4m(clip, 15, 8);
      const chrome = await openBrowser(fakeCamera(y4m.file));
      const { page } = chrome;
      try {
        await page.goto(`${server.origin}/page.html?fps=15&capture=1`);
        await page.waitForFunction(() => window.bench.tracker().metrics.frames >= 60, null, {
          timeout: 40_000,
        });
        const state = await page.evaluate(() => window.bench.tracker());
        expect(state.phase).toBe('running');
        expect(state.delegate).toBe('CPU');
        expect(state.metrics.found / state.metrics.frames).toBeGreaterThanOrEqual(0.95);
        expect(state.metrics.cameraFrames).toBeGreaterThanOrEqual(state.metrics.frames);
        console.log(JSON.stringify(state));

        const results = await page.evaluate(() => window.bench.results());
        let late = 0;
        for (let i = 1; i < results.length; i++) {
          expect(results[i]!.sequence).toBeGreaterThan(results[i - 1]!.sequence);
          expect(results[i]!.capturedAtMs).toBeGreaterThan(results[i - 1]!.capturedAtMs);
          late = Math.max(late, results[i]!.trackedAtMs - results[i]!.capturedAtMs);
        }
        console.log('largest delay', late);

        const picture = await page.evaluate(() => window.bench.capture());
        expect(picture).toMatchObject({ width: 640, height: 480, found: true });
        expect(picture!.nose[0]).toBeGreaterThan(0.3);
        expect(picture!.nose[0]).toBeLessThan(0.7);

        const worker = page.workers().find((w) => w.url().includes('tracker-worker'))!;
        const before = state.metrics.frames;
        await worker.evaluate(() => {
          setTimeout(() => {
            throw new Error('injected');
          }, 0);
        });
        await page.waitForFunction(() => window.bench.tracker().restarts === 1, null, { timeout: 5000 });
        expect((await page.evaluate(() => window.bench.tracker())).lastError).toContain('injected');
        await page.waitForFunction(
          (frames) => {
            const now = window.bench.tracker();
            return now.phase === 'running' && now.reason === null && now.metrics.frames > frames;
          },
          before + 30,
          { timeout: 20_000 },
        );

        const outside = chrome.requests.filter(
          (url) => !url.startsWith(server.origin) && !/^(data|blob):/.test(url),
        );
        expect(outside).toEqual([]);
        expect(chrome.requests.some((url) => url.endsWith('.wasm'))).toBe(true);

        await page.evaluate(() => window.bench.endTrack());
        await page.waitForFunction(() => window.bench.cameraStates().includes('failed:camera.unplugged'));
        await page.waitForFunction(() => window.bench.camera().state === 'running', null, {
          timeout: 10_000,
        });
      } finally {
        await chrome.close();
        y4m.remove();
      }
    },
    90_000,
  );

  test.skipIf(!canTrack)('a covered lens is a black picture', async () => {
    const y4m = makeY4m('lavfi:color=black:size=320x240:rate=10', 10, 2);
    const chrome = await openBrowser(fakeCamera(y4m.file));
    try {
      await chrome.page.goto(`${server.origin}/page.html?fps=10`);
      await chrome.page.waitForFunction(
        () =>
          window.bench.camera().reason === 'camera.black-picture' &&
          window.bench.camera().state === 'running',
        null,
        { timeout: 30_000 },
      );
    } finally {
      await chrome.close();
      y4m.remove();
    }
  });

  test.skipIf(!hasChrome || !existsSync(path.join(resources, 'performer.perf')))(
    'a recorded performance plays in its place, and its clip is its picture',
    async () => {
      const chrome = await openBrowser([]);
      try {
        const { page } = chrome;
        await page.goto(`${server.origin}/page.html?fps=15&source=recorded&camera=none&capture=1`);
        await page.waitForFunction(() => window.bench.tracker().metrics.frames >= 30, null, {
          timeout: 20_000,
        });
        const state = await page.evaluate(() => window.bench.tracker());
        expect(state).toMatchObject({ phase: 'running', delegate: 'recorded', reason: null });
        expect(state.metrics.found / state.metrics.frames).toBeGreaterThanOrEqual(0.9);
        const results = await page.evaluate(() => window.bench.results());
        expect(new Set(results.map((result) => result.yaw0)).size).toBeGreaterThan(5);
        const picture = await page.evaluate(() => window.bench.capture());
        expect(picture?.width).toBeGreaterThan(100);
        expect(chrome.requests.some((url) => url.endsWith('.wasm') || url.endsWith('.task'))).toBe(false);
      } finally {
        await chrome.close();
      }
    },
  );

  test.skipIf(!hasChrome)('no camera', async () => {
    const chrome = await openBrowser(['--use-fake-ui-for-media-stream']);
    try {
      await chrome.page.goto(`${server.origin}/page.html`);
      await chrome.page.waitForFunction(() => window.bench.camera().reason === 'camera.no-device');
      expect((await chrome.page.evaluate(() => window.bench.camera())).state).toBe('failed');
    } finally {
      await chrome.close();
    }
  });

  test.skipIf(!hasChrome)('permission denied', async () => {
    const chrome = await openBrowser(['--use-fake-device-for-media-stream', '--deny-permission-prompts']);
    try {
      await chrome.page.goto(`${server.origin}/page.html`);
      await chrome.page.waitForFunction(() => window.bench.camera().reason === 'camera.denied');
      expect((await chrome.page.evaluate(() => window.bench.camera())).state).toBe('failed');
    } finally {
      await chrome.close();
    }
  });
});
