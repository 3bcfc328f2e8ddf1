import { expect, test } from 'vitest';
import { pipelineReportSchema } from '../../shared/domain/report.ts';
import { FIRST_SCENE } from '../../shared/domain/scene.ts';
import { DEFAULT_SETTINGS, type StudioSnapshot } from '../../shared/domain/studio.ts';
import { DEVICE_OFF } from './camera/device-state.ts';
import { CAPTURE_OFF } from './capture/capture-source.ts';
import { buildPipelineReport, type PipelineParts } from './pipeline-report.ts';
import { emptyMetrics } from './tracker/metrics-sum.ts';
import type { TrackerState } from './tracker/tracker.ts';

const SNAPSHOT: StudioSnapshot = {
  mode: 'studio',
  settings: DEFAULT_SETTINGS,
  avatar: { id: 'vida', name: 'Vida', url: '/v', family: 'vrm1', wantsThumbnail: false },
  scene: { ...FIRST_SCENE, turn: 1, background: { kind: 'transparent' }, overlay: null },
  tracking: { source: 'camera', modelUrl: '/m', poseModelUrl: null, handsModelUrl: null, wasmUrl: '/w' },
  broadcast: null,
  panic: false,
  muted: false,
  secondSourceUrl: null,
  allowed: { body: true, hands: true },
  poseWanted: false,
  contactSheet: null,
};
const TRACKER: TrackerState = {
  phase: 'running',
  reason: null,
  delegate: 'CPU',
  restarts: 0,
  metrics: { ...emptyMetrics(), frames: 3, found: 3 },
  lastError: null,
};
const PARTS: PipelineParts = {
  snapshot: SNAPSHOT,
  stage: null,
  avatar: { type: 'avatar', id: 'vida', state: 'shown', reason: null },
  tracker: TRACKER,
  camera: { state: 'running', reason: null, label: 'x'.repeat(400) },
  microphone: DEVICE_OFF,
  sound: { state: 'failed', reason: 'sound.no-system-audio' },
  previewMs: 900,
  capture: CAPTURE_OFF,
  pictures: { background: null, overlay: 'image.not-found' },
};

test('ready: the wanted avatar is shown, and what drives it has answered or will not', () => {
  const ready = (change: Partial<PipelineParts>) => buildPipelineReport({ ...PARTS, ...change }).ready;
  expect(ready({})).toBe(true);
  expect(ready({ avatar: { type: 'avatar', id: 'other', state: 'shown', reason: null } })).toBe(false);
  expect(ready({ avatar: null })).toBe(false);
  expect(ready({ tracker: { ...TRACKER, metrics: emptyMetrics() } })).toBe(false);
  expect(ready({ tracker: { ...TRACKER, metrics: emptyMetrics(), phase: 'failed' } })).toBe(true);
  expect(ready({ tracker: null })).toBe(false);
  expect(ready({ tracker: null, snapshot: { ...SNAPSHOT, tracking: { source: 'none' } } })).toBe(true);
});

test('the report keeps its contract before anything has run', () => {
  const report = buildPipelineReport({ ...PARTS, avatar: null, tracker: null, previewMs: null });
  expect(pipelineReportSchema.parse(report)).toMatchObject({
    ready: false,
    avatar: { id: 'vida', state: 'loading' },
    camera: { label: 'x'.repeat(256) },
    capture: { state: 'off', width: 0, height: 0, fps: 0 },
    overlay: { reason: 'image.not-found' },
    sound: { state: 'failed', reason: 'sound.no-system-audio' },
    encode: { state: 'off', encoder: 'none', renditions: [] },
  });
});
