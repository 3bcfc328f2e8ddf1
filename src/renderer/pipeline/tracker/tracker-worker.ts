import { parsePerformance } from '../../../shared/domain/performance.ts';
import { programmeNowMs } from '../clock.ts';
import { TrackingChannel } from '../tracking-channel.ts';
import { CameraLoop } from './camera-loop.ts';
import { TrackerCounters } from './counters.ts';
import { startMediaPipe } from './mediapipe-backend.ts';
import type { FromTracker, ToTracker } from './messages.ts';
import { RecordedPlayer } from './recorded-backend.ts';

/**
 * The tracker's own thread. It says `ready` or `failed` once, `metrics` every second, and gives up with `failed`
 * when the landmarker throws: the window replaces it.
 */
type Init = Extract<ToTracker, { type: 'init' }>;

const METRICS_EVERY_MS = 1000;

const counters = new TrackerCounters();
let loop: CameraLoop | null = null;
let player: RecordedPlayer | null = null;
let allowCapture = false;

function post(message: FromTracker, transfer: Transferable[] = []): void {
  self.postMessage(message, { transfer });
}

function fail(error: unknown): void {
  post({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
}

async function start(init: Init): Promise<void> {
  allowCapture = init.allowCapture;
  const channel = new TrackingChannel(init.channel);
  const { source, fps } = init;
  if (source.kind === 'recorded') {
    const response = await fetch(source.performanceUrl);
    if (!response.ok) throw new Error(`the recorded performance answered ${response.status}`);
    const performance = parsePerformance(new Uint8Array(await response.arrayBuffer()));
    player = new RecordedPlayer({ performance, channel, counters, fps, post });
    post({ type: 'ready', delegate: 'recorded', renderer: null, measured: false });
  } else {
    const { backend, renderer, measured } = await startMediaPipe({
      wasmUrl: source.wasmUrl,
      modelUrl: source.modelUrl,
      delegate: 'auto',
      known: init.delegates,
    });
    loop = new CameraLoop({ backend, channel, counters, fps, post, fail });
    post({ type: 'ready', delegate: backend.delegate, renderer, measured });
  }
  setInterval(() => post({ type: 'metrics', metrics: counters.read(programmeNowMs()) }), METRICS_EVERY_MS);
}

/** A stream that breaks is a camera that went: the camera says so itself, the tracker only stops reading. */
function read(readable: ReadableStream<VideoFrame>): void {
  loop?.read(readable).catch(() => undefined);
}

self.onmessage = (event: MessageEvent<ToTracker>) => {
  const message = event.data;
  switch (message.type) {
    case 'init':
      start(message).catch(fail);
      break;
    case 'frames':
      read(message.readable);
      break;
    case 'rate':
      loop?.setRate(message.fps);
      player?.setRate(message.fps);
      break;
    case 'capture':
      if (!allowCapture) break;
      loop?.capture();
      player?.capture();
      break;
  }
};
