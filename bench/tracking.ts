import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import {
  canTrackParts,
  clipFile,
  fakeCamera,
  makeY4m,
  openBrowser,
  servePage,
} from '../e2e/tracker/bench.ts';
import type {} from '../e2e/tracker/parts.ts';
import { median } from './median.ts';
import { usageOf } from './proc-usage.ts';

const PARTS = ['face', 'pose', 'hands'] as const;
type Part = (typeof PARTS)[number];
const DEFAULT_MINUTES = 10;
const SAMPLE_EVERY_MS = 5000;
/** Models are loaded, wasm is optimised, every pool has its size. */
const WARM_UP_SHARE = 0.15;
/** Shares of the time after the warm-up whose medians are compared: one sample says little about a collected heap. */
const WINDOW_SHARE = 0.2;
/** A task of the main thread that is longer is felt. */
const LONG_TASK_MS = 50;

interface Sample {
  readonly atMs: number;
  /** Proportional set size of the page's process and of the whole browser. */
  readonly pageMb: number;
  readonly browserMb: number;
  readonly heapMb: Readonly<Record<Part, number>>;
  readonly frames: Readonly<Record<Part, number>>;
}

interface PartResult {
  readonly fps: number;
  readonly found: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly heapMb: number;
  readonly heapGrowth: number;
  readonly restarts: number;
}

export interface TrackingResult {
  readonly minutes: number;
  readonly parts: Readonly<Record<Part, PartResult>>;
  /** Of 1, after the warm-up. */
  readonly pageGrowth: number;
  readonly browserGrowth: number;
  readonly pageMb: number;
  /** Main-thread tasks over 50 ms while the workers started, and while they ran. */
  readonly longTasksAtStart: number;
  readonly longTasks: number;
}

/**
 * Soak of all three landmarkers on a fake camera, in one page that does nothing else: `npm run bench -- tracking
 * [minutes | --short]`. The clip has a face and both hands all the time. Linux only (/proc).
 */
export async function benchTracking(): Promise<TrackingResult | null> {
  const clip = clipFile('public_upperbody_hands.mp4');
  if (!canTrackParts) {
    console.log('Left out: the three models or Chromium are missing (VIDA3_MODELS_DIR, VIDA3_CHROME).');
    return null;
  }
  const minutes = wantedMinutes();
  const server = await servePage(path.join(import.meta.dirname, '../e2e/tracker/parts.html'));
  const y4m = makeY4m(clip, 30, 8);
  const chrome = await openBrowser([...fakeCamera(y4m.file), '--js-flags=--expose-gc']);
  try {
    const { page, browser } = chrome;
    await page.goto(`${server.origin}/parts.html?fps=30`);
    await page.waitForFunction(
      () => {
        const { face, pose, hands } = window.parts.state();
        return [face, pose, hands].every((part) => part !== null && part.metrics.frames > 0);
      },
      null,
      { timeout: 60_000 },
    );
    const runningAtMs = await page.evaluate(() => performance.now());
    const samples = await collect(page, browser, minutes * 60_000);
    const result = await judge(page, samples, minutes, runningAtMs);
    print(result);
    return result;
  } finally {
    await chrome.close();
    y4m.remove();
    await server.close();
  }
}

function wantedMinutes(): number {
  const [name, length] = process.argv.slice(2);
  // Beside all the other benchmarks there is no time for a soak.
  if (name !== 'tracking' || length === '--short') return 1;
  const minutes = Number(length ?? DEFAULT_MINUTES);
  if (!(minutes > 0)) throw new Error(`Not a number of minutes: ${length}`);
  return minutes;
}

/** Heaps as small as those of the workers are left uncollected for many minutes: what grows would be garbage. */
async function collectGarbage(page: Page): Promise<void> {
  const collect = () => (globalThis as unknown as { gc(): void }).gc();
  await page.evaluate(collect);
  // A worker may be replaced in between.
  await Promise.allSettled(page.workers().map((worker) => worker.evaluate(collect)));
}

async function collect(page: Page, browser: Browser, lengthMs: number): Promise<Sample[]> {
  const session = await browser.newBrowserCDPSession();
  const samples: Sample[] = [];
  const startedAt = performance.now();
  for (;;) {
    const atMs = performance.now() - startedAt;
    await collectGarbage(page);
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    const sizes = processInfo.map(({ type, id }) => ({ type, mb: usageOf(id)?.pssMb ?? 0 }));
    const state = await page.evaluate(() => {
      const { face, pose, hands } = window.parts.state();
      const of = (value: 'heapMb' | 'frames') => ({
        face: face?.metrics[value] ?? 0,
        pose: pose.metrics[value],
        hands: hands.metrics[value],
      });
      return { heapMb: of('heapMb'), frames: of('frames') };
    });
    // The page is the largest of its kind: the others wait empty for the next tab.
    const pageMb = Math.max(0, ...sizes.filter(({ type }) => type === 'renderer').map(({ mb }) => mb));
    samples.push({ atMs, pageMb, browserMb: sizes.reduce((sum, { mb }) => sum + mb, 0), ...state });
    if (samples.length % 12 === 0) {
      console.log(
        `${Math.round(atMs / 1000)} s: page ${pageMb.toFixed(0)} MB, ${JSON.stringify(state.frames)}`,
      );
    }
    if (atMs >= lengthMs) return samples;
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_EVERY_MS));
  }
}

async function judge(
  page: Page,
  samples: readonly Sample[],
  minutes: number,
  runningAtMs: number,
): Promise<TrackingResult> {
  const [state, tasks] = await page.evaluate(() => [window.parts.state(), window.parts.longTasks()]);
  const last = samples.at(-1)!;
  const warmMs = last.atMs * WARM_UP_SHARE;
  const warm = samples.filter(({ atMs }) => atMs >= warmMs);
  const first = warm[0]!;
  const growth = (of: (sample: Sample) => number): number => {
    const count = Math.max(1, Math.round(warm.length * WINDOW_SHARE));
    return median(warm.slice(-count).map(of)) / median(warm.slice(0, count).map(of)) - 1;
  };
  const part = (name: Part): PartResult => {
    const tracked = state[name];
    if (!tracked) throw new Error(`${name} is not tracked`);
    const { metrics, restarts } = tracked;
    return {
      fps: ((last.frames[name] - first.frames[name]) * 1000) / (last.atMs - first.atMs),
      found: metrics.found / metrics.frames,
      p50Ms: metrics.p50Ms,
      p95Ms: metrics.p95Ms,
      heapMb: last.heapMb[name],
      heapGrowth: growth((sample) => sample.heapMb[name]),
      restarts,
    };
  };
  const long = tasks.filter(({ ms }) => ms > LONG_TASK_MS);
  return {
    minutes,
    parts: { face: part('face'), pose: part('pose'), hands: part('hands') },
    pageGrowth: growth(({ pageMb }) => pageMb),
    browserGrowth: growth(({ browserMb }) => browserMb),
    pageMb: last.pageMb,
    longTasksAtStart: long.filter(({ atMs }) => atMs < runningAtMs).length,
    longTasks: long.filter(({ atMs }) => atMs >= runningAtMs).length,
  };
}

function print(result: TrackingResult): void {
  console.table(
    PARTS.map((name) => {
      const { fps, found, p50Ms, p95Ms, heapMb, heapGrowth, restarts } = result.parts[name];
      return {
        part: name,
        fps: fps.toFixed(1),
        'found %': (found * 100).toFixed(1),
        'p50 ms': p50Ms?.toFixed(1),
        'p95 ms': p95Ms?.toFixed(1),
        'wasm MB': heapMb.toFixed(0),
        'wasm growth %': (heapGrowth * 100).toFixed(1),
        restarts,
      };
    }),
  );
  const percent = (share: number) => `${share >= 0 ? '+' : ''}${(share * 100).toFixed(1)} %`;
  console.log(
    `${result.minutes} min: the page's process has ${result.pageMb.toFixed(0)} MB, ${percent(result.pageGrowth)} since the warm-up; the whole browser ${percent(result.browserGrowth)}.`,
  );
  console.log(
    `Main-thread tasks over ${LONG_TASK_MS} ms: ${result.longTasks} while tracking, ${result.longTasksAtStart} while the page and its workers started.`,
  );
}
