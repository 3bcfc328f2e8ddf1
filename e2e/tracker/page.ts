import { createCamera } from '../../src/renderer/pipeline/camera/camera.ts';
import type { CaptureDevice } from '../../src/renderer/pipeline/camera/capture-device.ts';
import type { DeviceState } from '../../src/renderer/pipeline/camera/device-state.ts';
import { FramePump } from '../../src/renderer/pipeline/tracker/frame-pump.ts';
import { Tracker, type TrackerState } from '../../src/renderer/pipeline/tracker/tracker.ts';
import { createFaceObservation, TrackingChannel } from '../../src/renderer/pipeline/tracking-channel.ts';

/** What a test reads from the page; see tracker-camera.test.ts. */
export interface TestBench {
  camera(): DeviceState;
  cameraStates(): string[];
  tracker(): TrackerState;
  /** Every result the channel has shown, in order. */
  results(): { sequence: number; capturedAtMs: number; trackedAtMs: number; found: boolean; yaw0: number }[];
  capture(): Promise<{ width: number; height: number; found: boolean; nose: number[] } | null>;
  endTrack(): void;
}

declare global {
  interface Window {
    bench: TestBench;
  }
}

const query = new URLSearchParams(location.search);
const absolute = (path: string) => new URL(path, location.href).href;
const fps = Number(query.get('fps') ?? 15);
const channel = new TrackingChannel();
const camera: CaptureDevice = createCamera(fps);
const states: string[] = [];
const frames = new FramePump();
const tracker = new Tracker({
  part: 'face',
  source:
    query.get('source') === 'recorded'
      ? { kind: 'recorded', performanceUrl: absolute('fixtures/performance') }
      : { kind: 'camera', modelUrl: absolute('models/face_landmarker.task'), wasmUrl: absolute('wasm') },
  channel: channel.buffer,
  frames: query.get('source') === 'recorded' ? null : frames,
  fps,
  allowCapture: query.get('capture') === '1',
  clipUrl: absolute('fixtures/clip'),
});
camera.onChange((state, track) => {
  states.push(state.reason ? `${state.state}:${state.reason}` : state.state);
  frames.setTrack(track);
});
tracker.onState((state) => camera.setBlack(state.metrics.black));
if (query.get('camera') !== 'none') camera.choose('default');

const face = createFaceObservation();
const results: ReturnType<TestBench['results']> = [];
setInterval(() => {
  if (!channel.read(face)) return;
  const { sequence, capturedAtMs, trackedAtMs, found } = face;
  results.push({ sequence, capturedAtMs, trackedAtMs, found, yaw0: face.matrix[8]! });
}, 5);

window.bench = {
  camera: () => camera.state,
  cameraStates: () => states,
  tracker: () => tracker.state,
  results: () => results,
  async capture() {
    const picture = await tracker.capture();
    if (!picture) return null;
    const { bitmap, found, landmarks } = picture;
    const { width, height } = bitmap;
    bitmap.close();
    return { width, height, found, nose: Array.from(landmarks.subarray(3, 6)) };
  },
  endTrack() {
    const track = camera.track;
    track?.stop();
    track?.dispatchEvent(new Event('ended'));
  },
};
