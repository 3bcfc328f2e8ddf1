import { beforeEach, describe, expect, test } from 'vitest';
import { type Health, healthSchema, type ProcessUse, usageRowSchema } from '../../../shared/domain/health.ts';
import type { PipelineReport } from '../../../shared/domain/report.ts';
import type { DestinationStatus, MediaStatus, StreamSnapshot } from '../../../shared/domain/stream-state.ts';
import { silentLog } from '../../logging/log.ts';
import { assemble, type HealthInput, type HealthSample, remember, sampleOf } from './assemble.ts';
import { HealthService } from './health.ts';
import type { ProcessGroup } from './ports.ts';
import { usageRow } from './usage.ts';

const destination = (change: Partial<DestinationStatus>) =>
  ({
    ...{ id: 'a', name: 'A', kind: 'rtmp', state: 'live', rendition: 'main', kbps: 1000, queueMs: 5 },
    ...{ dropped: 0, frames: 0, pid: 20, history: [] },
    ...change,
  }) as unknown as DestinationStatus;

const MEDIA = {
  renditions: [],
  destinations: [],
  encoder: null,
  audioPid: null,
  audioDriftMs: 3,
  audioOffsetMs: -12,
  diskFreeBytes: 5e9,
} as unknown as MediaStatus;

const STREAM = {
  phase: 'live',
  kind: 'broadcast',
  sessionId: 'one',
  destinations: [],
  losses: { render: 0, encode: 0, network: 0, frames: 0 },
  encoder: { name: 'OpenH264', fallback: null },
  renditions: [],
} as unknown as StreamSnapshot;

const REPORT = {
  camera: { fps: 30 },
  tracking: { face: { fps: 29, p50Ms: 12, p95Ms: 20 } },
  render: { fps: 30, p50Ms: 4, p95Ms: 9 },
  encode: { frames: 0, p50Ms: 6, p95Ms: 8 },
} as unknown as PipelineReport;

/** Seconds of a broadcast: what was counted at each. */
function broadcast(
  seconds: readonly { stream?: Partial<StreamSnapshot>; media?: Partial<MediaStatus> }[],
): Health {
  let history: HealthSample[] = [];
  let health: Health | null = null;
  for (const [second, { stream, media }] of seconds.entries()) {
    const input: HealthInput = {
      at: second * 1000,
      report: REPORT,
      media: { ...MEDIA, ...media },
      stream: { ...STREAM, ...stream },
      processes: [],
    };
    history = remember(history, sampleOf(input));
    expect(history.length).toBeLessThanOrEqual(11);
    health = healthSchema.parse(assemble(input, history));
  }
  return health!;
}

describe('how everything is', () => {
  test('with nothing there', () => {
    const input = {
      at: 1,
      report: null,
      media: MEDIA,
      stream: { ...STREAM, phase: 'idle' },
      processes: [],
    } as const;
    const health = healthSchema.parse(assemble(input, []));
    expect(health.stages.tracking).toEqual({ fps: 0, p50Ms: null, p95Ms: null });
    expect(health.losses.network).toEqual({ lost: 0, share: 0, recent: 0, level: 'good' });
  });

  test('stages, bitrates and destinations', () => {
    const main = { name: 'main', width: 640, height: 360, targetKbps: 1000, kbps: 990 } as const;
    const second = (frames: number) => ({
      media: {
        renditions: [
          { ...main, frames },
          { ...main, name: 'second' as const, kbps: 400, frames },
        ],
      },
      stream: { destinations: [destination({}), destination({ id: 'f', kind: 'file', kbps: 900 })] },
    });
    const health = broadcast([second(0), second(30), second(60), second(90)]);
    expect(health).toMatchObject({ encodedKbps: 1390, sentKbps: 1000, diskFreeBytes: 5e9 });
    expect(health.stages).toMatchObject({
      camera: { fps: 30 },
      tracking: { fps: 29, p95Ms: 20 },
      encode: { fps: 30, p50Ms: 6 },
    });
    expect(health.audio).toEqual({ driftMs: 3, offsetMs: -12 });
    expect(health.destinations.map(({ id, kbps }) => [id, kbps])).toEqual([
      ['a', 1000],
      ['f', 900],
    ]);
  });

  test.each([
    ['good', 0],
    ['warn', 0.02],
    ['bad', 0.05],
  ] as const)('a loss is %s by its share of the last ten seconds', (level, share) => {
    const seconds = Array.from({ length: 30 }, (_, at) => ({
      stream: { losses: { render: share * 30 * at, encode: 0, network: 0, frames: 30 * at } },
    }));
    const { render, encode } = broadcast(seconds).losses;
    expect([render.level, encode.level]).toEqual([level, 'good']);
    expect(render.recent).toBeCloseTo(share, 6);
  });

  test('a bad begin is over after ten seconds, and told again at the end', () => {
    const at = (second: number) => ({
      stream: { losses: { render: second > 0 ? 20 : 0, encode: 0, network: 0, frames: 30 * second } },
    });
    const seconds = Array.from({ length: 9 }, (_, second) => at(second));
    expect(broadcast(seconds).losses.render).toMatchObject({ lost: 20, level: 'bad' });
    const more = Array.from({ length: 13 }, (_, second) => at(second));
    expect(broadcast(more).losses.render).toMatchObject({ lost: 20, recent: 0, level: 'good' });
    const idle = { stream: { ...at(12).stream, phase: 'idle' as const } };
    expect(broadcast([...more, idle]).losses.render.level).toBe('bad');
  });

  test('one destination that loses is not hidden by those that do not', () => {
    const seconds = Array.from({ length: 12 }, (_, second) => ({
      stream: {
        destinations: ['a', 'b', 'c']
          .map((id) => destination({ id, frames: 30 * second }))
          .concat(destination({ id: 'd', frames: 27 * second, dropped: 3 * second })),
      },
    }));
    const { network } = broadcast(seconds).losses;
    expect(network).toMatchObject({ lost: 33, level: 'bad' });
    expect(network.recent).toBeCloseTo(0.1);
  });

  test('a new session compares with nothing of the one before', () => {
    const losses = (render: number, frames: number) => ({
      stream: { losses: { render, encode: 0, network: 0, frames } },
    });
    const { render } = broadcast([losses(500, 1000), losses(600, 2000), losses(0, 0), losses(1, 10)]).losses;
    expect(render).toMatchObject({ lost: 1, share: 0.1, recent: 0.1 });
  });

  test('the numbers of an FFmpeg encoder come before those of the page', () => {
    const encoder = { p50Ms: 20, p95Ms: 30 } as MediaStatus['encoder'];
    expect(broadcast([{ media: { encoder } }]).stages.encode).toMatchObject({ p50Ms: 20, p95Ms: 30 });
  });
});

describe('what it used', () => {
  const use = (role: ProcessUse['role'], cpuPercent: number, memoryMb: number): ProcessUse => ({
    ...{ role, name: role, pid: 1 },
    ...{ cpuPercent, memoryMb },
  });
  const minute = (length: number): Health[] =>
    Array.from({ length }, (_, second) => ({
      ...broadcast([{ stream: { destinations: [destination({})] } }]),
      at: second * 1000,
      processes: [use('main', 10, 100), use('page', 90, 300 + second)],
    }));

  test('is a row', () => {
    const row = usageRowSchema.parse(usageRow(minute(60), { cores: 2, encoder: 'OpenH264' }));
    expect(row).toMatchObject({
      operation: 'streaming',
      usage: 50,
      memory_used: 459,
      service_id: 'vida3-studio',
      resource_usage: 60_000,
      cost: null,
      metadata: { seconds: 60, encoder: 'OpenH264', destinations: 1, lossesRender: 0 },
      timestamp: '1970-01-01T00:00:59.000Z',
    });
    expect(usageRow([], { cores: 2, encoder: 'x' })).toBeNull();
  });
});

describe('the service', () => {
  let at: number;
  let snapshot: StreamSnapshot;
  let told: Health[];
  let sampled: ProcessGroup[][];
  let answer: (groups: readonly ProcessGroup[]) => Promise<ProcessUse[]>;
  let health: HealthService;
  let pageAsked: number;

  beforeEach(() => {
    at = 0;
    snapshot = { ...STREAM, phase: 'idle', sessionId: null };
    told = [];
    sampled = [];
    pageAsked = 0;
    answer = async (groups) =>
      groups.map(({ role, name, pids }) => ({ role, name, pid: pids[0]!, cpuPercent: 50, memoryMb: 10 }));
    health = new HealthService({
      report: () => REPORT,
      stream: {
        get snapshot() {
          return snapshot;
        },
        mediaStatus: {
          ...MEDIA,
          audioPid: 7,
          encoder: { name: 'libx264', pids: [8] },
          destinations: [destination({}), destination({ id: 'b', pid: null })],
        } as unknown as MediaStatus,
      },
      sampler: {
        everyMs: 1000,
        sample: (groups) => {
          sampled.push([...groups]);
          return answer(groups);
        },
      },
      mediaPid: () => 5,
      pagePids: async () => {
        pageAsked++;
        return [3, 4];
      },
      publish: (each) => told.push(each),
      log: silentLog,
      cores: 2,
      now: () => at,
    });
  });

  const second = async (change: Partial<StreamSnapshot> = {}) => {
    snapshot = { ...snapshot, ...change };
    health.tick();
    at += 1000;
    await new Promise(setImmediate);
  };

  test('knows every process by its part', async () => {
    for (let times = 0; times < 7; times++) await second();
    expect(sampled[0]!.map(({ role, pids }) => [role, ...pids])).toEqual([
      ['main', process.pid],
      ['page', 3, 4],
      ['media', 5],
      ['audio', 7],
      ['encoder', 8],
      ['destination', 20],
    ]);
    expect([told[0]!.processes.length, told[1]!.processes.length, pageAsked]).toEqual([0, 6, 2]);
  });

  test('waits for no slow answer, and one that fails is no more than unknown', async () => {
    const slow = Promise.withResolvers<ProcessUse[]>();
    answer = () => slow.promise;
    for (let times = 0; times < 3; times++) await second();
    expect([told.length, sampled.length]).toEqual([3, 1]);
    slow.reject(new Error('no'));
    await second();
    await second();
    expect(sampled).toHaveLength(2);
    expect(told.at(-1)!.processes).toEqual([]);
  });

  test('has a row for every minute of a broadcast and one for the rest', async () => {
    await second();
    for (let times = 0; times < 130; times++) await second({ phase: 'live', sessionId: 'one' });
    expect(health.usage.map(({ metadata }) => metadata['seconds'])).toEqual([60, 60, 10]);
    await second({ phase: 'idle', sessionId: null });
    expect(health.usage).toHaveLength(3);
    expect(health.lastLive?.at).toBe(130_000);
    for (const row of health.usage) usageRowSchema.parse(row);
    for (let times = 0; times < 5; times++) await second({ phase: 'live', kind: 'rehearsal' });
    expect(health.usage).toHaveLength(3);
    await second({ phase: 'idle' });
    for (let times = 0; times < 5; times++)
      await second({ phase: 'live', kind: 'broadcast', sessionId: 'two' });
    expect(health.usage.map(({ metadata }) => metadata['seconds'])).toEqual([5]);
  });
});
