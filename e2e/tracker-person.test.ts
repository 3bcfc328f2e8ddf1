import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Page, Worker } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type BenchBrowser,
  type BenchServer,
  canTrackParts,
  clipFile,
  fakeCamera,
  makeY4m,
  openBrowser,
  servePage,
} from './tracker/bench.ts';
import type {} from './tracker/parts.ts';

const HANDS_CLIP = clipFile('public_upperbody_hands.mp4');
/** A module with nothing but a memory of 8000 pages, 524 million bytes, none of them touched. */
const LARGE_MODULE = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 4, 1, 0, 0xc0, 0x3e, 7, 5, 1, 1, 0x6d, 2, 0];

describe('tracking a whole person', () => {
  let server: BenchServer;
  beforeAll(async () => {
    if (canTrackParts) server = await servePage(path.join(import.meta.dirname, 'tracker/parts.html'));
  });
  afterAll(async () => server?.close());

  async function onClip(run: (chrome: BenchBrowser) => Promise<void>): Promise<void> {
    const y4m = makeY4m(HANDS_CLIP, 15, 8);
    const chrome = await openBrowser(fakeCamera(y4m.file));
    try {
      await chrome.page.goto(`${server.origin}/parts.html?fps=8`);
      await run(chrome);
      const outside = chrome.requests.filter(
        (url) => !url.startsWith(server.origin) && !/^(data|blob):/.test(url),
      );
      expect(outside).toEqual([]);
    } finally {
      await chrome.close();
      y4m.remove();
    }
  }

  test.skipIf(!canTrackParts || !existsSync(HANDS_CLIP))(
    'face, body and hands have a worker each, and one that hangs or grows is replaced while the others go on',
    async () => {
      await onClip(async ({ page, requests }) => {
        await page.waitForFunction(
          () => {
            const { face, pose, hands } = window.parts.state();
            return (
              (face?.metrics.frames ?? 0) >= 20 && pose.metrics.frames >= 20 && hands.metrics.frames >= 20
            );
          },
          null,
          { timeout: 40_000 },
        );
        const [state, hands, body] = await page.evaluate(() => [
          window.parts.state(),
          window.parts.hands(),
          window.parts.body(),
        ]);
        console.log(
          [state.face!, state.pose, state.hands].map(
            ({ metrics: m }) => `${m.found}/${m.frames} ${m.p50Ms} ms`,
          ),
        );
        for (const { delegate, metrics, restarts } of [state.face!, state.pose, state.hands]) {
          expect(delegate).toBe('CPU');
          expect(metrics.found / metrics.frames).toBeGreaterThanOrEqual(0.9);
          expect(metrics.heapMb).toBeGreaterThan(10);
          expect(metrics.heapMb).toBeLessThan(200);
          expect(restarts).toBe(0);
        }
        const both = hands.filter(({ left, right }) => left && right);
        expect(both.length / hands.length).toBeGreaterThanOrEqual(0.85);
        // Not mirrored: the person's left is at the right of the picture, for the hands and for the body alike.
        for (const { left, right } of both) expect(left![0]).toBeGreaterThan(right![0]);
        expect(body.leftWristX).toBeGreaterThan(body.rightWristX);
        for (let i = 1; i < hands.length; i++) {
          expect(hands[i]!.sequence).toBeGreaterThan(hands[i - 1]!.sequence);
          expect(hands[i]!.capturedAtMs).toBeGreaterThan(hands[i - 1]!.capturedAtMs);
        }
        for (const model of ['face_landmarker', 'pose_landmarker_full', 'hand_landmarker']) {
          expect(requests.some((url) => url.endsWith(`${model}.task`))).toBe(true);
        }

        const handsWorker = await workerOf(page, 'tracker-hands');
        const poseWorker = await workerOf(page, 'tracker-pose');
        const before = await frames(page);
        await poseWorker.evaluate(async (bytes) => {
          Object.assign(self, { kept: await WebAssembly.instantiate(Uint8Array.from(bytes)) });
        }, LARGE_MODULE);
        await handsWorker.evaluate(() => {
          setTimeout(() => {
            for (;;);
          }, 0);
        });
        await page.waitForFunction(
          () => {
            const { pose, hands } = window.parts.state();
            return pose.restarts === 1 && hands.restarts === 1;
          },
          null,
          { timeout: 20_000 },
        );
        const meanwhile = await frames(page);
        expect(meanwhile.face).toBeGreaterThan(before.face + 5);
        expect(await page.evaluate(() => window.parts.state().face!.restarts)).toBe(0);
        const complaints = (await page.evaluate(() => window.parts.complaints())).join('; ');
        expect(complaints).toContain('grew to');
        expect(complaints).toContain('said nothing');
        await page.waitForFunction(
          (then) => {
            const { pose, hands } = window.parts.state();
            return pose.metrics.frames > then.pose + 5 && hands.metrics.frames > then.hands + 5;
          },
          meanwhile,
          { timeout: 30_000 },
        );

        await page.evaluate(() => window.parts.levers({ hands: 2 }));
        const stopped = await frames(page);
        await page.waitForFunction(
          (pose) => window.parts.state().pose.metrics.frames > pose + 3,
          stopped.pose,
        );
        const after = await page.evaluate(() => window.parts.state());
        expect(after.hands.delegate).toBe('none');
        expect(after.hands.metrics.frames).toBe(stopped.hands);
        expect(after.pose.delegate).toBe('CPU');
        await page.evaluate(() => window.parts.parts('off', false));
        expect(await page.evaluate(() => window.parts.state().pose.delegate)).toBe('none');
      });
    },
    120_000,
  );
});

async function workerOf(page: Page, name: string): Promise<Worker> {
  for (const worker of page.workers()) {
    if ((await worker.evaluate(() => self.name)) === name) return worker;
  }
  throw new Error(`there is no worker ${name}`);
}

function frames(page: Page): Promise<{ face: number; pose: number; hands: number }> {
  return page.evaluate(() => {
    const { face, pose, hands } = window.parts.state();
    return { face: face?.metrics.frames ?? 0, pose: pose.metrics.frames, hands: hands.metrics.frames };
  });
}
