import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { FEED, openMediaBench, until } from '../e2e/support/media-feed.ts';
import {
  arrivalUs,
  type ClipPicture,
  encodeClip,
  inOrder,
  pictureUnits,
  toneUnits,
} from '../e2e/support/media-units.ts';
import { startRtmpServer } from '../e2e/support/rtmp-server.ts';
import { locateFfmpeg } from '../src/main/media/ffmpeg/locate.ts';
import { FlvMux } from '../src/main/media/flv-mux.ts';
import type { VideoUnit } from '../src/main/media/units.ts';
import { childPids, usageOf } from './proc-usage.ts';

const PICTURE = { width: 1280, height: 720, bitrateKbps: 6000 } as const;
const CLIP = { ...PICTURE, fps: FEED.fps, seconds: 8 } as const;
const STEPS = [1, 2, 4, 8, 16] as const;
const SETTLE_MS = 2000;
const MEASURE_MS = 6000;
/** What a further destination may cost: share of one core, and memory. */
const GATE = { cpuPercent: 4, pssMb: 40, mediaToBare: 2 } as const;

interface Load {
  /** Percent of one core: the media process, its FFmpegs, both. */
  readonly mediaCpu: number;
  readonly ffmpegCpu: number;
  readonly pssMb: number;
}

interface FanoutStep extends Load {
  readonly destinations: number;
  /** Compared with the step before; null for the first. */
  readonly cpuEach: number | null;
  readonly pssEach: number | null;
  readonly live: number;
  readonly dropped: number;
}

interface FanoutResult {
  readonly bare: { readonly cpu: number; readonly pssMb: number };
  readonly steps: readonly FanoutStep[];
  readonly mediaToBare: number;
  readonly passed: boolean;
}

/**
 * What a further destination costs the media side: 1 to 16 of them in one session, fed with recorded packets of
 * 720p at 6 Mbit/s, beside a bare FFmpeg that remuxes the same stream. The receiving server is not counted.
 */
export async function benchFanout(): Promise<FanoutResult> {
  const ffmpeg = (await locateFfmpeg()).path;
  const clip = await encodeClip(CLIP, ffmpeg);
  const packets = clip.map((picture) => ({ ...picture, width: CLIP.width, height: CLIP.height }));
  const server = await startRtmpServer();
  const bench = await openMediaBench();
  let over = false;
  try {
    bench.start([target(server.url, 0)], {
      ffmpeg,
      renditions: [{ name: 'main', ...PICTURE }],
    });
    const total = Math.ceil((STEPS.length * (SETTLE_MS + MEASURE_MS + 8000)) / 1000 / CLIP.seconds) + 1;
    const feeding = bench.feed(Array.from({ length: total }, () => packets).flat(), {
      cancelled: () => over,
    });
    const bareRun = measureBare(ffmpeg, `${server.url}/bare`, clip);
    const steps: FanoutStep[] = [];
    let bare = { cpu: 0, pssMb: 0 };
    for (const count of STEPS) {
      for (let at = steps.at(-1)?.destinations ?? 1; at < count; at++) {
        bench.tell({ type: 'add', destination: target(server.url, at) });
      }
      const live = () => bench.status()?.destinations.filter(({ state }) => state === 'live').length ?? 0;
      await until(`${count} destinations are live`, () => live() === count);
      await pause(SETTLE_MS);
      const load = await measure(bench.media.pid!);
      if (steps.length === 0) bare = await bareRun;
      const before = steps.at(-1);
      const more = count - (before?.destinations ?? 0);
      steps.push({
        ...load,
        destinations: count,
        cpuEach: before ? (cpuOf(load) - cpuOf(before)) / more : null,
        pssEach: before ? (load.pssMb - before.pssMb) / more : null,
        live: live(),
        dropped: bench.status()!.destinations.reduce((sum, { dropped }) => sum + dropped, 0),
      });
    }
    over = true;
    await feeding;
    await bench.stop();
    return report(bare, steps);
  } finally {
    over = true;
    await bench.close();
    await server.close();
  }
}

function report(bare: FanoutResult['bare'], steps: readonly FanoutStep[]): FanoutResult {
  console.table(
    steps.map((step) => ({
      destinations: step.destinations,
      live: step.live,
      dropped: step.dropped,
      'media process % CPU': step.mediaCpu.toFixed(1),
      'its FFmpegs % CPU': step.ffmpegCpu.toFixed(1),
      'PSS MB': step.pssMb.toFixed(0),
      '% CPU each': step.cpuEach?.toFixed(2) ?? '',
      'PSS MB each': step.pssEach?.toFixed(1) ?? '',
      'within the gate': stepPasses(step) ? 'yes' : 'no',
    })),
  );
  const mediaToBare = steps[0]!.mediaCpu / bare.cpu;
  console.log(
    `Bare FFmpeg remux of the same stream: ${bare.cpu.toFixed(2)} % CPU, ${bare.pssMb.toFixed(0)} MB.`,
  );
  console.log(
    `Media process with one destination: ${mediaToBare.toFixed(2)} times that (at most ${GATE.mediaToBare}: ${
      mediaToBare <= GATE.mediaToBare ? 'yes' : 'no'
    }).`,
  );
  const passed = steps.every(stepPasses) && mediaToBare <= GATE.mediaToBare;
  return { bare, steps, mediaToBare, passed };
}

function stepPasses(step: FanoutStep): boolean {
  return (
    step.live === step.destinations &&
    (step.cpuEach ?? 0) <= GATE.cpuPercent &&
    (step.pssEach ?? 0) <= GATE.pssMb
  );
}

function cpuOf(load: Load): number {
  return load.mediaCpu + load.ffmpegCpu;
}

function target(server: string, index: number) {
  return { kind: 'rtmp', id: `d${index}`, name: `d${index}`, server, key: `fanout${index}` } as const;
}

async function measure(media: number): Promise<Load> {
  const children = childPids(media);
  const before = { media: usageOf(media)!.cpuSeconds, ffmpeg: sum(children, 'cpuSeconds') };
  const startedAt = performance.now();
  await pause(MEASURE_MS);
  const seconds = (performance.now() - startedAt) / 1000;
  const after = usageOf(media)!;
  return {
    mediaCpu: ((after.cpuSeconds - before.media) / seconds) * 100,
    ffmpegCpu: ((sum(children, 'cpuSeconds') - before.ffmpeg) / seconds) * 100,
    pssMb: after.pssMb + sum(children, 'pssMb'),
  };
}

function sum(pids: readonly number[], what: 'cpuSeconds' | 'pssMb'): number {
  return pids.reduce((total, pid) => total + (usageOf(pid)?.[what] ?? 0), 0);
}

/** FFmpeg alone: the same pictures and copied AAC through a pipe at their real rate. */
async function measureBare(
  ffmpeg: string,
  url: string,
  clip: readonly ClipPicture[],
): Promise<{ cpu: number; pssMb: number }> {
  const units = inOrder([...pictureUnits(clip, CLIP), ...(await toneUnits(CLIP.seconds, ffmpeg))]);
  const child = spawn(
    ffmpeg,
    [
      '-v',
      'error',
      '-nostdin',
      '-f',
      'flv',
      '-i',
      'pipe:0',
      '-c',
      'copy',
      '-flush_packets',
      '1',
      '-f',
      'flv',
      url,
    ],
    { stdio: ['pipe', 'ignore', 'inherit'] },
  );
  const exited = new Promise((resolve) => child.once('close', resolve));
  const first = units.find((unit): unit is VideoUnit => unit.kind === 'video')!;
  const mux = new FlvMux(first, (bytes) => child.stdin.write(bytes), {
    changedSets: 'sequence-header',
  });
  const startedAt = performance.now();
  let measuredFrom = { at: 0, cpuSeconds: 0 };
  const lengthMs = SETTLE_MS + MEASURE_MS;
  for (const unit of units) {
    const due = arrivalUs(unit) / 1000;
    const early = due - (performance.now() - startedAt);
    if (early > 0) await pause(early);
    if (due > lengthMs) break;
    if (measuredFrom.at === 0 && due >= SETTLE_MS) {
      measuredFrom = { at: performance.now(), cpuSeconds: usageOf(child.pid!)!.cpuSeconds };
    }
    mux.add(unit);
  }
  const end = usageOf(child.pid!)!;
  const seconds = (performance.now() - measuredFrom.at) / 1000;
  child.stdin.end();
  await exited;
  return { cpu: ((end.cpuSeconds - measuredFrom.cpuSeconds) / seconds) * 100, pssMb: end.pssMb };
}
