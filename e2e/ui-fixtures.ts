import { streamState } from '../src/main/services/stream/fake-media.ts';
import type { Health } from '../src/shared/domain/health.ts';
import type { Service } from '../src/shared/domain/services.ts';
import type { DestinationStatus, StreamSnapshot } from '../src/shared/domain/stream-state.ts';
import type { Reason } from '../src/shared/errors.ts';
import type { MotionRecording } from '../src/shared/ipc/motion.ts';
import type { PreflightItem, PreflightSnapshot } from '../src/shared/ipc/preflight.ts';
import type { RecordingSnapshot } from '../src/shared/ipc/recording.ts';
import type { VmcSnapshot } from '../src/shared/ipc/vmc.ts';

/* Snapshots as main publishes them, for the page under test. */

export const IDLE_STREAM: StreamSnapshot = streamState();

/** 21:04:05 local time on some day, so that a history's clock can be read. */
export const AT_MS = new Date(2026, 10, 22, 21, 4, 5).getTime();

export function statusOf(
  { id, name, url }: { readonly id: string; readonly name: string; readonly url: string },
  state: DestinationStatus['state'],
  reason: Reason | null = null,
): DestinationStatus {
  return {
    id,
    name,
    url: `${url}/••••`,
    kind: 'rtmp',
    state,
    reason,
    firstByteMs: 300,
    bytes: 1,
    frames: 1,
    dropped: 0,
    reconnects: state === 'reconnecting' ? 2 : 0,
    queueMs: 0,
    rendition: 'main',
    kbps: state === 'live' ? 1128 : 0,
    retryInMs: state === 'reconnecting' ? 4200 : null,
    pid: state === 'live' ? 4711 : null,
    history: [
      { atMs: AT_MS, state: 'connecting', reason: null },
      ...(state === 'connecting' ? [] : [{ atMs: AT_MS + 1000, state: 'live' as const, reason: null }]),
      ...(state === 'connecting' || state === 'live' ? [] : [{ atMs: AT_MS + 65_000, state, reason }]),
    ],
  };
}

const NO_LIMITS: Service['limits'] = {
  maxKbps: 6000,
  recommendedKbps: null,
  maxWidth: 1920,
  maxHeight: 1080,
  maxFps: 60,
  keyFrameSeconds: 2,
  maxAudioKbps: 320,
  profiles: null,
};

function service(part: Pick<Service, 'id' | 'name' | 'ingests' | 'app' | 'keyPage'>): Service {
  return {
    hosts: [],
    limits: NO_LIMITS,
    codecs: ['h264'],
    audio: ['aac'],
    source: 'A test',
    date: '2026-11-22',
    ...part,
  };
}

export const SERVICES: readonly Service[] = [
  service({
    id: 'first',
    name: 'First Stage',
    ingests: [
      { name: 'Everywhere, the old way', url: 'rtmp://live.first.example/app' },
      { name: 'Everywhere', url: 'rtmps://live.first.example:443/app' },
    ],
    app: '/app',
    keyPage: 'https://first.example/dashboard/key',
  }),
  service({ id: 'own-host', name: 'Own Host', ingests: [], app: '/app', keyPage: null }),
];

export const IDLE_RECORDING: RecordingSnapshot = {
  state: 'off',
  reason: null,
  folder: '/home/vida/Videos/VIDA3',
  name: null,
  startedAt: null,
  seconds: 0,
  bytes: 0,
  freeBytes: 84_200_000_000,
  freeSeconds: 11 * 3600,
  replay: { seconds: 0, saving: false, last: null, reason: null },
  jobs: [],
};

const FINE = { lost: 0, share: 0, recent: 0, level: 'good' } as const;

export const IDLE_HEALTH: Health = {
  at: AT_MS,
  stages: {
    camera: { fps: 30, p50Ms: null, p95Ms: null },
    tracking: { fps: 15, p50Ms: 21.4, p95Ms: 30.2 },
    render: { fps: 15, p50Ms: 5.2, p95Ms: 8.1 },
    encode: { fps: 0, p50Ms: null, p95Ms: null },
  },
  losses: { render: FINE, encode: FINE, network: FINE },
  encodedKbps: 0,
  sentKbps: 0,
  renditions: [],
  destinations: [],
  audio: { driftMs: null, offsetMs: null },
  processes: [
    { role: 'main', name: 'main', pid: 100, cpuPercent: 2.4, memoryMb: 96 },
    { role: 'page', name: 'page', pid: 101, cpuPercent: 61, memoryMb: 410 },
  ],
  diskFreeBytes: 84_200_000_000,
};

/** How a broadcast looks from main, with these losses in percent since go-live. */
export function liveHealth(
  stream: StreamSnapshot,
  percent: Readonly<Record<'render' | 'encode' | 'network', number>>,
): Health {
  const loss = (kind: keyof typeof percent): Health['losses']['render'] => ({
    lost: Math.round((stream.losses.frames * percent[kind]) / 100),
    share: percent[kind] / 100,
    recent: percent[kind] / 100,
    level: percent[kind] > 5 ? 'bad' : percent[kind] > 1 ? 'warn' : 'good',
  });
  const live = stream.destinations.filter(({ state }) => state === 'live');
  return {
    ...IDLE_HEALTH,
    stages: { ...IDLE_HEALTH.stages, encode: { fps: 15, p50Ms: 6.1, p95Ms: 11.8 } },
    losses: { render: loss('render'), encode: loss('encode'), network: loss('network') },
    encodedKbps: 1002,
    sentKbps: live.length * 1128,
    renditions: [{ name: 'main', width: 640, height: 360, targetKbps: 1000, kbps: 1002, frames: 20_000 }],
    destinations: stream.destinations.map(({ id, name, state, rendition, kbps, queueMs, dropped }) => ({
      id,
      name,
      state,
      rendition,
      kbps,
      queueMs,
      dropped,
    })),
    audio: { driftMs: 1.8, offsetMs: 12 },
    processes: [
      ...IDLE_HEALTH.processes,
      { role: 'media', name: 'media', pid: 102, cpuPercent: 4.2, memoryMb: 88 },
      { role: 'audio', name: 'audio', pid: 103, cpuPercent: 1.1, memoryMb: 30 },
      ...stream.destinations.map(({ name }, at) => ({
        role: 'destination' as const,
        name,
        pid: 200 + at,
        cpuPercent: 1.7,
        memoryMb: 31,
      })),
    ],
  };
}

export function checkItem(
  check: PreflightItem['check'],
  state: PreflightItem['state'],
  part: Partial<PreflightItem> = {},
): PreflightItem {
  return { check, subject: null, state, reason: null, problems: [], ms: 40, ...part };
}

export const IDLE_PREFLIGHT: PreflightSnapshot = { phase: 'idle', items: [], ok: null, fixable: false };

export const QUIET_VMC: VmcSnapshot = {
  receive: { state: 'off', port: 39_539, packetsPerSecond: 0, refusedPerSecond: 0, from: null, reason: null },
  send: { state: 'off', host: '127.0.0.1', port: 39_540, packetsPerSecond: 0, reason: null },
};

/** The n-th recording of a motion. */
export function recordingOf(name: string, n: number): MotionRecording {
  const id = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
  return { id, name, url: `/motions/${id}.vmotion`, seconds: 12.4 * n, bytes: 130_000 * n, createdAt: AT_MS };
}
