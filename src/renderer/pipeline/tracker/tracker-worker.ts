import { assertNever } from '../../../shared/assert-never.ts';
import { parsePerformance } from '../../../shared/domain/performance.ts';
import { programmeNowMs } from '../clock.ts';
import { TrackingChannel } from '../tracking-channel.ts';
import type { Observation } from './backend.ts';
import { CameraLoop } from './camera-loop.ts';
import { TrackerCounters } from './counters.ts';
import { FACE_PART } from './face-part.ts';
import { FACES_PART } from './faces-part.ts';
import { HANDS_PART } from './hands-part.ts';
import { startMediaPipe } from './mediapipe.ts';
import type { FromTracker, ToTracker } from './messages.ts';
import type { TrackedPart } from './part.ts';
import { POSE_PART } from './pose-part.ts';
import { RecordedPlayer } from './recorded-backend.ts';
import { wasmHeapMb, watchWasmHeap } from './wasm-heap.ts';

/**
 * The thread of one part of tracking. It says `ready` or `failed` once, `metrics` every second, and gives up with
 * `failed` when the landmarker throws: the window replaces it.
 */
type Init = Extract<ToTracker, { type: 'init' }>;
type Source = Init['source'];

/** What looks at the camera, or stands in for it. */
interface Looking {
  setRate(fps: number): void;
  capture(): void;
  read?(port: MessagePort): void;
}

const METRICS_EVERY_MS = 1000;

const counters = new TrackerCounters();
let looking: Looking | null = null;
let allowCapture = false;

function post(message: FromTracker, transfer: Transferable[] = []): void {
  self.postMessage(message, { transfer });
}

function fail(error: unknown): void {
  post({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
}

async function start(init: Init): Promise<void> {
  allowCapture = init.allowCapture;
  const { source } = init;
  looking = source.kind === 'recorded' ? await play(init, source) : await lookFor(init, source);
  setInterval(
    () => post({ type: 'metrics', metrics: counters.read(programmeNowMs(), wasmHeapMb()) }),
    METRICS_EVERY_MS,
  );
}

async function play(init: Init, source: Extract<Source, { kind: 'recorded' }>): Promise<Looking> {
  const response = await fetch(source.performanceUrl);
  if (!response.ok) throw new Error(`the recorded performance answered ${response.status}`);
  const performance = parsePerformance(new Uint8Array(await response.arrayBuffer()));
  const channel = new TrackingChannel(init.channel ?? undefined);
  const player = new RecordedPlayer({ performance, channel, counters, fps: init.fps, post });
  post({ type: 'ready', delegate: 'recorded', renderer: null, measured: false });
  return player;
}

function lookFor(init: Init, source: Extract<Source, { kind: 'camera' }>): Promise<Looking> {
  watchWasmHeap();
  const { part } = init;
  switch (part) {
    case 'face':
      return watch(FACE_PART, init, source);
    case 'pose':
      return watch(POSE_PART, init, source);
    case 'hands':
      return watch(HANDS_PART, init, source);
    case 'faces':
      return watch(FACES_PART, init, source);
    default:
      return assertNever(part);
  }
}

async function watch<O extends Observation>(
  part: TrackedPart<O>,
  { channel, fps, delegates }: Init,
  { wasmUrl, modelUrl }: Extract<Source, { kind: 'camera' }>,
): Promise<Looking> {
  const { backend, renderer, measured } = await startMediaPipe(part, {
    wasmUrl,
    modelUrl,
    delegate: 'auto',
    known: delegates,
  });
  const loop = new CameraLoop({ part, backend, channel, counters, fps, post, fail });
  post({ type: 'ready', delegate: backend.delegate, renderer, measured });
  return loop;
}

self.onmessage = (event: MessageEvent<ToTracker>) => {
  const message = event.data;
  switch (message.type) {
    case 'init':
      start(message).catch(fail);
      break;
    case 'frames':
      looking?.read?.(message.port);
      break;
    case 'rate':
      looking?.setRate(message.fps);
      break;
    case 'capture':
      if (allowCapture) looking?.capture();
      break;
  }
};
