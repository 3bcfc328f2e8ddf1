import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { prepareDeviceFiles } from '../src/main/commands/camera-file.ts';
import { type App, compose } from '../src/main/compose.ts';
import { createBrowserHost } from '../src/main/host/browser/index.ts';
import { resourcesDir } from '../src/main/host/paths.ts';
import { locateFfmpeg } from '../src/main/media/ffmpeg/locate.ts';
import { type RtmpSink, startRtmpSink } from '../src/main/media/ffmpeg/sink.ts';
import type { PipelineReport } from '../src/shared/domain/report.ts';
import { parseRtmpUrl } from '../src/shared/domain/rtmp-url.ts';
import { DEFAULT_SETTINGS, type StudioSnapshot } from '../src/shared/domain/studio.ts';
import { ReasonError } from '../src/shared/errors.ts';
import { cpuSecondsOfTree } from './process-tree.ts';

const PICTURE = { width: 640, height: 360, fps: 15, bitrateKbps: 1500 } as const;
const WARM_UP_MS = 3000;
const MEASURE_MS = 8000;

interface Step {
  readonly name: string;
  readonly fps: number;
  /** CPU seconds of the whole program (not of the receiving server) per second of programme. */
  readonly cpuPerSecond: number;
  readonly renderP50Ms: number | null;
  readonly late: number;
}

/**
 * What each stage of the live path costs, one after the other in one run, at 640×360 with our avatar: stage,
 * + encode, + tracking, + transport. The last two are measured twice, in turn, because machines are noisy.
 */
export async function benchPipeline(): Promise<readonly Step[]> {
  const located = await locateFfmpeg();
  const ffmpeg = located.path;
  const abort = new AbortController();
  const clip = path.join(resourcesDir(), 'performance', 'performer.mp4');
  const files = await prepareDeviceFiles({ ffmpeg, camera: clip, fps: PICTURE.fps }, abort.signal);
  let sink: RtmpSink | null = null;
  let app: App | null = null;
  const steps: Step[] = [];
  try {
    sink = await startRtmpSink(ffmpeg, { discard: true });
    app = await compose({
      createHost: createBrowserHost,
      mode: 'headless',
      ffmpeg: located,
      secrets: [],
      settings: { ...DEFAULT_SETTINGS, camera: 'none', microphone: 'none', picture: PICTURE },
      contactSheet: null,
    });
    await app.open({ mode: 'headless', cameraFile: files.cameraFile }, false);
    await app.studio.waitForReport((r) => r.ready, 40_000, new ReasonError('host.page-silent'));
    const exclude = new Set([sink.pid]);
    steps.push(await measure(app, 'stage', exclude));
    // There is no media process yet, so the packets end at the port.
    app.studio.setBroadcast(encoded(60_000));
    steps.push(await measure(app, '+ encode', exclude));
    await app.studio.configure({ camera: 'default' });
    if (app.studio.snapshot.tracking.source !== 'camera') {
      console.log(
        'The tracking model is missing: the recorded performance stands in for it, tracking costs nothing here.',
      );
    }
    await app.studio.waitForReport(
      (r) => r.tracking.face.frames > 0,
      40_000,
      new ReasonError('tracker.start-failed'),
    );
    steps.push(await measure(app, '+ tracking', exclude));
    app.studio.setBroadcast(null);
    app.stream.goLive({
      destinations: [target(sink.url)],
      ffmpeg,
      settings: app.studio.snapshot.settings,
      avatarId: DEFAULT_SETTINGS.avatarId,
    });
    steps.push(await measure(app, '+ transport', exclude));
    await app.stream.stop();
    app.studio.setBroadcast(encoded(60_001));
    steps.push(await measure(app, '+ tracking, again', exclude));
  } finally {
    await app?.close();
    await sink?.close();
    await files.remove();
  }
  console.table(
    steps.map((s) => ({
      step: s.name,
      fps: s.fps.toFixed(2),
      'CPU-s per s': s.cpuPerSecond.toFixed(2),
      'render p50 ms': s.renderP50Ms?.toFixed(1),
      late: s.late,
    })),
  );
  const before = (steps[2]!.fps + steps[4]!.fps) / 2;
  console.log(
    `Transport costs ${((1 - steps[3]!.fps / before) * 100).toFixed(1)} % of the frames of the step before.`,
  );
  return steps;
}

/** A broadcast without a media process: the page encodes, and the packets end at the port. */
function encoded(epoch: number) {
  const { width, height, bitrateKbps } = PICTURE;
  const main = { name: 'main', width, height, bitrateKbps } as const;
  return { epoch, source: 'encoded', renditions: [main] } as const satisfies StudioSnapshot['broadcast'];
}

function target(url: string) {
  const { server, key } = parseRtmpUrl(url);
  return { kind: 'rtmp', id: 'null', name: 'null', server, key } as const;
}

async function measure(app: App, name: string, exclude: ReadonlySet<number>): Promise<Step> {
  await pause(WARM_UP_MS);
  const first = await fresh(app);
  const cpu = cpuSecondsOfTree(process.pid, exclude);
  const startedAt = performance.now();
  await pause(MEASURE_MS);
  const last = await fresh(app);
  const seconds = (performance.now() - startedAt) / 1000;
  const step: Step = {
    name,
    fps: (framesOf(last) - framesOf(first)) / seconds,
    cpuPerSecond: (cpuSecondsOfTree(process.pid, exclude) - cpu) / seconds,
    renderP50Ms: last.render.p50Ms,
    late: last.render.late - first.render.late,
  };
  console.log(`${name}: ${step.fps.toFixed(2)} fps, ${step.cpuPerSecond.toFixed(2)} CPU-s per s`);
  return step;
}

/** What came out of the last stage that runs: pictures, or what was encoded of them. */
function framesOf(report: PipelineReport): number {
  return report.encode.state === 'running' ? report.encode.frames : report.render.frames;
}

/** A report with a new count of frames: count and clock belong together only at that moment. */
function fresh(app: App): Promise<PipelineReport> {
  const before = app.studio.report?.render.frames;
  return app.studio.waitForReport(
    (r) => r.render.frames !== before,
    5000,
    new ReasonError('host.page-silent'),
  );
}
