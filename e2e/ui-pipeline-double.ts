import type { StudioClient } from '../src/renderer/bridge/client.ts';
import type { CalibrationEvent } from '../src/renderer/pipeline/inspection.ts';
import { MotionDesk, type MotionDeskState } from '../src/renderer/pipeline/motion-desk.ts';
import type { PipelineHandle } from '../src/renderer/pipeline/pipeline-handle.ts';
import { NO_GOVERNOR, type PipelineReport } from '../src/shared/domain/report.ts';
import type { RigNaming } from '../src/shared/domain/rig-naming.ts';
import type { Placement } from '../src/shared/domain/scene.ts';
import { DEFAULT_SETTINGS } from '../src/shared/domain/studio.ts';
import { ReasonError } from '../src/shared/errors.ts';
import { inspection, NAMING, somebody } from './ui-tracking-double.ts';

/**
 * Stands in for the pipeline in the page under test: a still picture, a report the test can change through
 * `window.pipelineDouble`, and a meter that stands where the test puts it.
 */
const part = { frames: 0, found: 0, p50Ms: 21, p95Ms: 30, fps: 15, delegate: 'CPU' } as const;

const double = {
  report: {
    ready: true,
    previewMs: 900,
    camera: { state: 'running', reason: null, label: 'FaceTime HD', frames: 100, fps: 30, dropped: 0 },
    microphone: { state: 'running', reason: null, label: 'Desk microphone' },
    sound: { state: 'off', reason: null },
    tracking: {
      source: 'camera',
      state: 'tracking',
      states: [],
      reason: null,
      faces: 1,
      face: part,
      pose: part,
      hands: part,
      restarts: 0,
    },
    governor: NO_GOVERNOR,
    render: { frames: 100, fps: 15, p50Ms: 5, p95Ms: 8, late: 0 },
    encode: {
      epoch: 0,
      state: 'off',
      frames: 0,
      keyFrames: 0,
      bytes: 0,
      p50Ms: null,
      p95Ms: null,
      skipped: 0,
      encoder: '',
      reason: null,
      renditions: [],
    },
    live: { ticks: 0, late: 0 },
    latency: { cameraToEncodedMs: { p50: null, p95: null } },
    avatar: { id: DEFAULT_SETTINGS.avatarId, state: 'shown', reason: null },
    background: { reason: null },
    capture: { state: 'off', reason: null, label: '', width: 0, height: 0, fps: 0 },
    overlay: { reason: null },
    heapMb: 50,
  } as PipelineReport,
  meter: { peak: 0.4, rms: 0.12, clipped: false, reductionDb: 0, gateOpen: true },
  calibrated: 0,
  retried: 0,
  /** What the page has cut or brought back before main heard of it. */
  cuts: [] as string[],
  /** What push-to-talk did. */
  talk: [] as boolean[],
  placement: null as Placement | null,
  listeners: new Set<(report: PipelineReport) => void>(),
  /** Whether the inspector looks. */
  inspecting: false,
  /** What was begun: each is left to the test, but for recentring, which is done at once. */
  begun: [] as CalibrationEvent['kind'][],
  recentres: true,
  calibration: null as CalibrationEvent | null,
  calibrationListeners: new Set<(event: CalibrationEvent) => void>(),
  motion: { recording: false, playing: null, unkept: [] } as MotionDeskState,
  motionListeners: new Set<(state: MotionDeskState) => void>(),
  /** What was asked to be played, and whether over and over. */
  played: [] as string[],
  /** Playing fails. */
  unplayable: false,
  moves(change: Partial<MotionDeskState>): void {
    this.motion = { ...this.motion, ...change };
    for (const listener of this.motionListeners) listener(this.motion);
  },
  /** Expressions that went on and off. */
  pressed: [] as string[],
  somebody,
  calibrate(event: CalibrationEvent): void {
    this.calibration = event;
    for (const listener of this.calibrationListeners) listener(event);
  },
  begin(kind: CalibrationEvent['kind'], first: CalibrationEvent): void {
    this.begun.push(kind);
    this.calibrate(first);
  },
  set(change: Partial<PipelineReport>): void {
    this.report = { ...this.report, ...change };
    for (const listener of this.listeners) listener(this.report);
  },
};

export type PipelineDouble = typeof double;

declare global {
  interface Window {
    pipelineDouble: PipelineDouble;
  }
}

function drawStill(canvas: HTMLCanvasElement): void {
  canvas.width = 1280;
  canvas.height = 720;
  const paint = canvas.getContext('2d')!;
  const sky = paint.createLinearGradient(0, 0, 0, 720);
  sky.addColorStop(0, '#2c2f5b');
  sky.addColorStop(0.7, '#a0567a');
  sky.addColorStop(1, '#e79a7b');
  paint.fillStyle = sky;
  paint.fillRect(0, 0, 1280, 720);
  const blob = (color: string, x: number, y: number, rx: number, ry: number) => {
    paint.fillStyle = color;
    paint.beginPath();
    paint.ellipse(x, y, rx, ry, 0, 0, Math.PI * 2);
    paint.fill();
  };
  blob('#3a3f74', 640, 760, 330, 230);
  blob('#3b2a35', 640, 300, 185, 215);
  blob('#e8b798', 640, 340, 145, 185);
  blob('#2a2230', 590, 320, 14, 18);
  blob('#2a2230', 690, 320, 14, 18);
  blob('#a8485a', 640, 430, 38, 14);
}

export function createPipeline(
  client: StudioClient,
  options: { previewCanvas?: HTMLCanvasElement },
): PipelineHandle {
  window.pipelineDouble = double;
  if (options.previewCanvas) drawStill(options.previewCanvas);
  // What is recorded goes to main for real, or comes not to be kept.
  const desk = new MotionDesk(client, () => undefined);
  desk.onState(({ unkept }) => double.moves({ unkept }));
  return {
    cameras: async () => [
      { deviceId: 'cam-1', label: 'FaceTime HD' },
      { deviceId: 'cam-2', label: 'A camera with a very long product name 4K Ultra (046d:085e)' },
    ],
    microphones: async () => [{ deviceId: 'mic-1', label: 'Desk microphone' }],
    meter: double.meter,
    onStatus(listener: (report: PipelineReport) => void) {
      double.listeners.add(listener);
      listener(double.report);
      return () => double.listeners.delete(listener);
    },
    get inspection() {
      return inspection();
    },
    setInspecting(on: boolean) {
      double.inspecting = on;
    },
    calibrate() {
      double.calibrated++;
      double.begin('neutral', { kind: 'neutral', state: 'running', share: 0 });
      if (double.recentres) double.calibrate({ kind: 'neutral', state: 'done' });
    },
    beginFit: () => double.begin('fit', { kind: 'fit', state: 'running', step: 'rest', share: 0 }),
    beginVoiceCalibration: () =>
      double.begin('voice', { kind: 'voice', state: 'running', step: 'A', share: 0 }),
    cancelCalibration() {
      if (double.calibration?.state !== 'running') return;
      double.calibrate({ kind: double.calibration.kind, state: 'cancelled' });
    },
    onCalibration(listener: (event: CalibrationEvent) => void) {
      double.calibrationListeners.add(listener);
      return () => double.calibrationListeners.delete(listener);
    },
    pressExpression: (id: string, down: boolean) => void double.pressed.push(`${id} ${down ? 'on' : 'off'}`),
    get motion() {
      return double.motion;
    },
    onMotion(listener: (state: MotionDeskState) => void) {
      double.motionListeners.add(listener);
      return () => double.motionListeners.delete(listener);
    },
    recordMotion(on: boolean) {
      double.moves({ recording: on });
      if (!on) void desk.keep(new Uint8Array([86, 51]));
    },
    unkeptMotions: desk,
    async playMotion(url: string | null, loop: boolean) {
      if (double.unplayable) throw new ReasonError('motion.not-found');
      if (url !== null) double.played.push(`${url}${loop ? ' again and again' : ''}`);
      double.moves({ playing: url });
    },
    onNaming(listener: (avatarId: string, naming: RigNaming) => void) {
      listener(DEFAULT_SETTINGS.avatarId, NAMING);
      return () => undefined;
    },
    retryCamera: () => void double.retried++,
    firstPicture: async () => undefined,
    async chooseCapture() {
      double.set({
        capture: {
          state: 'running',
          reason: null,
          label: 'Slides — presentation.odp',
          width: 1920,
          height: 1080,
          fps: 15,
        },
      });
    },
    stopCapture: () =>
      double.set({ capture: { state: 'off', reason: null, label: '', width: 0, height: 0, fps: 0 } }),
    previewPlacement(placement: Placement | null) {
      double.placement = placement;
    },
    cutHere: { panic: false, muted: false },
    setPanic: (on: boolean) => void double.cuts.push(`panic ${on}`),
    setTalking: (on: boolean) => void double.talk.push(on),
    setMuted: (on: boolean) => void double.cuts.push(`mute ${on}`),
    close: () => undefined,
  };
}
