import { expect, test } from 'vitest';
import { NO_GOVERNOR, pipelineReportSchema } from '../../shared/domain/report.ts';
import { FIRST_SCENE } from '../../shared/domain/scene.ts';
import { DEFAULT_SETTINGS, type StudioSnapshot } from '../../shared/domain/studio.ts';
import { DEVICE_OFF } from './camera/device-state.ts';
import { CAPTURE_OFF } from './capture/capture-source.ts';
import type { PersonState } from './person-tracking.ts';
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
const OFF: TrackerState = { ...TRACKER, delegate: 'none', metrics: emptyMetrics() };
const person = (change: Partial<PersonState> = {}): PersonState => ({
  face: TRACKER,
  pose: OFF,
  hands: OFF,
  faces: OFF,
  ...change,
});
const PARTS: PipelineParts = {
  snapshot: SNAPSHOT,
  stage: null,
  avatar: { type: 'avatar', id: 'vida', state: 'shown', reason: null },
  person: person(),
  camera: { state: 'running', reason: null, label: 'x'.repeat(400) },
  microphone: DEVICE_OFF,
  sound: { state: 'failed', reason: 'sound.no-system-audio' },
  previewMs: 900,
  states: [],
  governor: NO_GOVERNOR,
  capture: CAPTURE_OFF,
  pictures: { background: null, overlay: 'image.not-found' },
};

test('ready: the wanted avatar is shown, and what drives it has answered or will not', () => {
  const ready = (change: Partial<PipelineParts>) => buildPipelineReport({ ...PARTS, ...change }).ready;
  expect(ready({})).toBe(true);
  expect(ready({ avatar: { type: 'avatar', id: 'other', state: 'shown', reason: null } })).toBe(false);
  expect(ready({ avatar: null })).toBe(false);
  expect(ready({ person: person({ face: { ...TRACKER, metrics: emptyMetrics() } }) })).toBe(false);
  const failed: TrackerState = { ...TRACKER, metrics: emptyMetrics(), phase: 'failed' };
  expect(ready({ person: person({ face: failed }) })).toBe(true);
  expect(ready({ person: person({ face: null }) })).toBe(false);
  expect(
    ready({ person: person({ face: null }), snapshot: { ...SNAPSHOT, tracking: { source: 'none' } } }),
  ).toBe(true);
});

test('the report keeps its contract before anything has run', () => {
  const report = buildPipelineReport({
    ...PARTS,
    avatar: null,
    person: person({ face: null }),
    previewMs: null,
  });
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

test('every part is reported with its own numbers, and faces are counted beside the one that is followed', () => {
  const seen = (count: number, frames: number, restarts: number): TrackerState => ({
    ...TRACKER,
    restarts,
    metrics: { ...emptyMetrics(), frames, found: frames - 1, fps: frames / 2, count },
  });
  const { tracking } = pipelineReportSchema.parse(
    buildPipelineReport({
      ...PARTS,
      person: person({
        face: seen(1, 60, 1),
        pose: seen(1, 30, 0),
        hands: seen(2, 40, 2),
        faces: seen(2, 3, 0),
      }),
    }),
  );
  expect(tracking.face).toMatchObject({ frames: 60, found: 59, fps: 30, delegate: 'CPU' });
  expect(tracking.pose).toMatchObject({ frames: 30, found: 29, fps: 15 });
  expect(tracking.hands).toMatchObject({ frames: 40, found: 39, fps: 20 });
  expect(tracking).toMatchObject({ faces: 2, restarts: 3 });
  const faces = (change: Partial<PersonState>) =>
    buildPipelineReport({ ...PARTS, person: person(change) }).tracking.faces;
  expect(faces({ face: seen(0, 60, 0), faces: seen(2, 3, 0) })).toBe(0);
  expect(faces({ face: seen(1, 60, 0), faces: seen(0, 3, 0) })).toBe(1);
});

test('the reason of a part that failed is told after the face’s own', () => {
  const failed: TrackerState = { ...OFF, phase: 'failed', reason: 'tracker.start-failed' };
  const reason = (change: Partial<PersonState>) =>
    buildPipelineReport({ ...PARTS, person: person(change) }).tracking.reason;
  expect(reason({})).toBeNull();
  expect(reason({ hands: failed })).toBe('tracker.start-failed');
  expect(reason({ face: { ...TRACKER, reason: 'tracker.crashed' }, pose: failed })).toBe('tracker.crashed');
});
