import { expect, test } from 'vitest';
import type { PipelineReport } from '../../shared/domain/report.ts';
import { FIRST_SCENE } from '../../shared/domain/scene.ts';
import type { DestinationStatus, StreamSnapshot } from '../../shared/domain/stream-state.ts';
import { DEFAULT_SETTINGS, type StudioSnapshot } from '../../shared/domain/studio.ts';
import { type HintInput, hintOf } from './hints.ts';

const studio: StudioSnapshot = {
  mode: 'studio',
  settings: { ...DEFAULT_SETTINGS, microphone: 'default' },
  avatar: { id: 'vida', name: 'Vida', url: '/a.vrm', family: 'vrm1', wantsThumbnail: false },
  scene: {
    id: FIRST_SCENE.id,
    name: FIRST_SCENE.name,
    turn: 0,
    background: { kind: 'transparent' },
    capture: FIRST_SCENE.capture,
    avatar: FIRST_SCENE.avatar,
    overlay: null,
  },
  tracking: { source: 'camera', modelUrl: '/m', wasmUrl: '/w' },
  broadcast: null,
  panic: false,
  muted: false,
  poseWanted: false,
  contactSheet: null,
};
const destination: DestinationStatus = {
  id: 'a',
  name: 'Home',
  url: 'rtmp://h/live/••••',
  kind: 'rtmp',
  state: 'live',
  reason: null,
  firstByteMs: 1,
  bytes: 1,
  frames: 1,
  dropped: 0,
  reconnects: 0,
  queueMs: 0,
};
const live: StreamSnapshot = {
  phase: 'live',
  kind: 'broadcast',
  sessionId: 's',
  startedAt: 1,
  elapsedSeconds: 1,
  destinations: [destination],
  losses: { render: 0, encode: 0, network: 0, frames: 100 },
  media: { restarts: 0, gapMs: 0 },
  card: false,
  reason: null,
};
const part = { frames: 0, found: 0, p50Ms: null, p95Ms: null, fps: 15, delegate: 'CPU' } as const;
const report: PipelineReport = {
  ready: true,
  previewMs: 1,
  camera: { state: 'running', reason: null, label: 'Camera', frames: 1, fps: 15, dropped: 0 },
  microphone: { state: 'running', reason: null, label: 'Microphone' },
  tracking: { source: 'camera', state: 'tracking', reason: null, faces: 1, face: part, restarts: 0 },
  render: { frames: 1, fps: 15, p50Ms: 1, p95Ms: 1, late: 0 },
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
  },
  live: { ticks: 0, late: 0 },
  latency: { cameraToEncodedMs: { p50: null, p95: null } },
  avatar: { id: 'vida', state: 'shown', reason: null },
  background: { reason: null },
  capture: { state: 'off', reason: null, label: '', width: 0, height: 0, fps: 0 },
  overlay: { reason: null },
  heapMb: 1,
};
const calm = { render: 0, encode: 0, network: 0 };
const good: HintInput = { studio, stream: live, report, recent: calm, clipping: false };
const idle: StreamSnapshot = { ...live, phase: 'idle' };
const tracked = (state: PipelineReport['tracking']['state']) => ({
  report: { ...report, tracking: { ...report.tracking, state } },
});
const sending = (change: Partial<DestinationStatus>) => ({
  stream: { ...live, destinations: [{ ...destination, ...change }] },
});

test.each<[string, string, Partial<HintInput>]>([
  ['live', 'good', {}],
  ['rehearsing', 'good', { stream: { ...live, kind: 'rehearsal' } }],
  ['ready', 'good', { stream: idle, recent: null }],
  ['getting-ready', 'busy', { report: null, stream: idle }],
  ['panic', 'warn', { studio: { ...studio, panic: true, muted: true }, ...sending({ state: 'failed' }) }],
  ['destination-failed', 'bad', { ...sending({ state: 'failed' }), recent: { ...calm, network: 90 } }],
  ['reconnecting', 'warn', sending({ state: 'reconnecting' })],
  ['network-bad', 'bad', { recent: { render: 20, encode: 20, network: 6 } }],
  ['encode-bad', 'bad', { recent: { render: 20, encode: 6, network: 2 } }],
  ['render-bad', 'bad', { recent: { render: 6, encode: 2, network: 2 } }],
  ['network-warn', 'warn', { recent: { ...calm, network: 1.1 } }],
  ['live', 'good', { recent: { render: 1, encode: 1, network: 1 } }],
  ['render-warn', 'warn', { stream: idle, report: { ...report, render: { ...report.render, fps: 9 } } }],
  ['camera-failed', 'bad', { report: { ...report, camera: { ...report.camera, state: 'failed' } } }],
  [
    'microphone-failed',
    'bad',
    { report: { ...report, microphone: { ...report.microphone, state: 'failed' } } },
  ],
  ['clipping', 'warn', { clipping: true }],
  ['muted', 'warn', { clipping: true, studio: { ...studio, muted: true } }],
  ['ready', 'good', { stream: idle, studio: { ...studio, muted: true } }],
  ['no-face', 'warn', tracked('no-face')],
  ['low-confidence', 'warn', tracked('low-confidence')],
  ['no-camera', 'info', tracked('no-camera')],
  [
    'capture-missing',
    'warn',
    { studio: { ...studio, scene: { ...studio.scene, capture: { shown: true, fit: 'contain' } } } },
  ],
  ['queue', 'warn', sending({ queueMs: 2600 })],
  [
    'recorded',
    'info',
    { studio: { ...studio, tracking: { source: 'recorded', performanceUrl: '', clipUrl: '' } } },
  ],
  ['silent', 'info', { studio: { ...studio, settings: { ...studio.settings, microphone: 'none' } } }],
])('%s (%s)', (key, severity, change) => {
  expect(hintOf({ ...good, ...change })).toMatchObject({ key, severity });
});
