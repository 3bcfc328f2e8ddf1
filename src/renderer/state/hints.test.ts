import { expect, test } from 'vitest';
import type { Health } from '../../shared/domain/health.ts';
import { NO_GOVERNOR, type PipelineReport } from '../../shared/domain/report.ts';
import { FIRST_SCENE } from '../../shared/domain/scene.ts';
import type { DestinationStatus, StreamSnapshot } from '../../shared/domain/stream-state.ts';
import { DEFAULT_SETTINGS, type StudioSnapshot } from '../../shared/domain/studio.ts';
import type { RecordingSnapshot } from '../../shared/ipc/recording.ts';
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
  tracking: { source: 'camera', modelUrl: '/m', poseModelUrl: null, handsModelUrl: null, wasmUrl: '/w' },
  broadcast: null,
  panic: false,
  muted: false,
  secondSourceUrl: null,
  allowed: { body: true, hands: true },
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
  rendition: 'main',
  kbps: 1000,
  retryInMs: null,
  pid: 1,
  history: [],
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
  encoder: { name: 'OpenH264', fallback: null },
  renditions: [{ name: 'main', width: 640, height: 360, targetKbps: 1000, kbps: 990, frames: 100 }],
  reason: null,
};
const part = { frames: 0, found: 0, p50Ms: null, p95Ms: null, fps: 15, delegate: 'CPU' } as const;
const report: PipelineReport = {
  ready: true,
  previewMs: 1,
  camera: { state: 'running', reason: null, label: 'Camera', frames: 1, fps: 15, dropped: 0 },
  microphone: { state: 'running', reason: null, label: 'Microphone' },
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
    renditions: [],
  },
  live: { ticks: 0, late: 0 },
  latency: { cameraToEncodedMs: { p50: null, p95: null } },
  avatar: { id: 'vida', state: 'shown', reason: null },
  background: { reason: null },
  capture: { state: 'off', reason: null, label: '', width: 0, height: 0, fps: 0 },
  overlay: { reason: null },
  heapMb: 1,
};
const stage = { fps: 15, p50Ms: 1, p95Ms: 2 };
/** Lost of the last seconds, percent. */
const losing = (render: number, encode: number, network: number, cpuPercent = 50): { health: Health } => {
  const loss = (percent: number) => ({ lost: 1, share: 0, recent: percent / 100, level: 'good' as const });
  return {
    health: {
      at: 1,
      stages: { camera: stage, tracking: stage, render: stage, encode: stage },
      losses: { render: loss(render), encode: loss(encode), network: loss(network) },
      encodedKbps: 1,
      sentKbps: 1,
      renditions: [],
      destinations: [],
      audio: { driftMs: null, offsetMs: null },
      processes: [{ role: 'page', name: 'page', pid: 1, cpuPercent, memoryMb: 1 }],
      diskFreeBytes: null,
    },
  };
};
const recording: RecordingSnapshot = {
  state: 'recording',
  reason: null,
  folder: '/videos',
  name: 'a.mkv',
  startedAt: 1,
  seconds: 9,
  bytes: 9,
  freeBytes: 1e12,
  freeSeconds: 1e6,
  replay: { seconds: 0, saving: false, last: null, reason: null },
  jobs: [],
};
const settings = (change: Partial<StudioSnapshot['settings']>) => ({
  studio: { ...studio, settings: { ...studio.settings, ...change } },
});
const good: HintInput = {
  studio,
  stream: live,
  report,
  ...losing(0, 0, 0),
  recording: null,
  clipping: false,
  cores: 2,
};
const idle: StreamSnapshot = { ...live, phase: 'idle' };
const tracked = (state: PipelineReport['tracking']['state']) => ({
  report: { ...report, tracking: { ...report.tracking, state } },
});
const sending = (change: Partial<DestinationStatus>) => ({
  stream: { ...live, destinations: [{ ...destination, ...change }] },
});
const together = (...changes: readonly Partial<DestinationStatus>[]) => ({
  stream: { ...live, destinations: changes.map((change) => ({ ...destination, ...change })) },
});
const second = settings({ secondSource: { source: 'sound:rain', gainDb: 0 } }).studio;
const playing: PipelineReport = { ...report, sound: { state: 'running', reason: null } };

test.each<[string, string, Partial<HintInput>]>([
  ['live', 'good', {}],
  ['rehearsing', 'good', { stream: { ...live, kind: 'rehearsal' } }],
  ['recording', 'good', { stream: { ...live, kind: 'recording' }, recording }],
  ['ready', 'good', { stream: idle, health: null }],
  ['getting-ready', 'busy', { report: null, stream: idle }],
  ['panic', 'warn', { studio: { ...studio, panic: true, muted: true }, ...sending({ state: 'failed' }) }],
  ['destination-failed', 'bad', { ...sending({ state: 'failed' }), ...losing(0, 0, 90) }],
  // A recording has viewers of its own: none.
  ['live', 'good', sending({ state: 'failed', kind: 'file' })],
  ['card', 'bad', { stream: { ...live, card: true } }],
  ['recording', 'good', { stream: { ...sending({ state: 'failed' }).stream, kind: 'recording' } }],
  ['nobody', 'bad', sending({ state: 'reconnecting' })],
  ['nobody-waiting', 'bad', sending({ state: 'reconnecting', retryInMs: 4000 })],
  ['nobody', 'bad', together({ state: 'failed' }, { state: 'reconnecting' })],
  ['reconnecting', 'warn', together({ state: 'failed' }, { state: 'reconnecting' }, {})],
  ['waiting', 'warn', together({ state: 'reconnecting', retryInMs: 4000 }, {})],
  ['destination-failed', 'bad', together({}, { state: 'failed' })],
  ['disk-full', 'bad', { recording: { ...recording, freeSeconds: 100 } }],
  ['disk-low', 'warn', { recording: { ...recording, freeSeconds: 500 } }],
  ['live', 'good', { recording: { ...recording, state: 'off', freeSeconds: 0 } }],
  ['recording-failed', 'bad', { recording: { ...recording, state: 'failed' } }],
  ['cpu', 'warn', losing(0, 0, 0, 185)],
  ['ready', 'good', { stream: idle, ...losing(0, 0, 0, 185) }],
  [
    'bitrate-lowered',
    'warn',
    { stream: { ...live, renditions: [{ ...live.renditions[0]!, targetKbps: 700 }] } },
  ],
  [
    'encoder-fallback',
    'info',
    { stream: { ...live, encoder: { name: 'x264', fallback: 'encoder.fallback' } } },
  ],
  ['second-system', 'warn', settings({ secondSource: { source: 'system', gainDb: 0 } })],
  ['second-sound', 'warn', settings({ secondSource: { source: 'sound:rain', gainDb: 0 } })],
  [
    'live',
    'good',
    {
      ...settings({ secondSource: { source: 'sound:rain', gainDb: 0 } }),
      report: { ...report, sound: { state: 'running', reason: null } },
    },
  ],
  ['network-bad', 'bad', losing(20, 20, 6)],
  ['encode-bad', 'bad', losing(20, 6, 2)],
  ['render-bad', 'bad', losing(6, 2, 2)],
  ['network-warn', 'warn', losing(0, 0, 1.1)],
  ['live', 'good', losing(1, 1, 1)],
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
    {
      studio: { ...studio, tracking: { source: 'recorded', performanceUrl: '', clipUrl: '', motionUrl: '' } },
    },
  ],
  ['silent', 'info', settings({ microphone: 'none' })],
  ['muted-second', 'warn', { studio: { ...second, muted: true }, report: playing }],
  [
    'microphone-failed-second',
    'bad',
    { studio: second, report: { ...playing, microphone: { ...playing.microphone, state: 'failed' } } },
  ],
  [
    'silent-second',
    'info',
    {
      studio: { ...second, settings: { ...second.settings, microphone: 'none' } },
      report: playing,
    },
  ],
])('%s (%s)', (key, severity, change) => {
  expect(hintOf({ ...good, ...change })).toMatchObject({ key, severity });
});

test('a destination that can be connected again is what the button is for', () => {
  expect(hintOf({ ...good, ...sending({ state: 'failed' }) })).toMatchObject({
    action: 'retry',
    target: 'a',
  });
  expect(hintOf({ ...good, ...sending({ state: 'reconnecting', retryInMs: 4000 }) })).toMatchObject({
    action: 'retry',
    target: 'a',
    values: { name: 'Home', seconds: 4 },
  });
});
