import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { PipelineReport } from '../../../shared/domain/report.ts';
import { DEFAULT_SETTINGS } from '../../../shared/domain/studio.ts';
import { ReasonError } from '../../../shared/errors.ts';
import type { RehearsalSnapshot } from '../../../shared/ipc/rehearsal.ts';
import { silentLog } from '../../logging/log.ts';
import type { Destinations } from '../destinations/destinations.ts';
import { destination, ProcessDouble, status } from '../stream/fake-media.ts';
import { GoLive } from '../stream/go-live.ts';
import { MediaSupervisor } from '../stream/media-supervisor.ts';
import { StreamService } from '../stream/stream-service.ts';
import type { StudioService } from '../studio/studio-service.ts';
import type { RehearsalSink } from './ports.ts';
import { RehearsalService } from './rehearsal.ts';

/** As long as a rehearsal is here. */
const SECONDS = 0.01;

let media: ProcessDouble;
/** What it answers to a start; null: nothing, as while a server does not answer. */
let answer: 'live' | 'refused' | null;
let stream: StreamService;
let report: PipelineReport | null;
let phases: RehearsalSnapshot['phase'][];
let received: number;
let sinks: { opened: number; closed: number };
let openSink: () => Promise<RehearsalSink>;
let rehearsal: RehearsalService;
let goLive: GoLive;

const sink = async (): Promise<RehearsalSink> => {
  sinks.opened++;
  return {
    server: 'rtmp://127.0.0.1:1/live',
    key: 'key',
    received: async () => ({ frames: received, seconds: 1 }),
    close: async () => void sinks.closed++,
  };
};

function pageReport(): PipelineReport {
  return {
    avatar: { id: 'vida', state: 'shown', reason: null },
    microphone: { state: 'off', reason: null, label: '' },
    camera: { frames: 0 },
    tracking: { source: 'recorded', face: { frames: 0, found: 0 } },
    live: { ticks: 30, late: 0 },
    encode: { epoch: stream.currentEpoch, state: 'off', frames: 30, skipped: 0 },
  } as unknown as PipelineReport;
}

beforeEach(() => {
  answer = 'live';
  report = null;
  phases = [];
  received = 30;
  sinks = { opened: 0, closed: 0 };
  openSink = sink;
  const supervisor = new MediaSupervisor(() => {
    media = new ProcessDouble();
    const send = media.send.bind(media);
    media.send = (message) => {
      send(message);
      const { say } = media;
      if (message.type === 'stop') queueMicrotask(() => say.call(media, { type: 'stopped', leftOver: [] }));
      if (message.type !== 'start' || answer === null) return;
      const { id, name } = message.destinations[0]!;
      const state =
        answer === 'live'
          ? ({ state: 'live' } as const)
          : ({ state: 'failed', reason: 'destination.refused' } as const);
      queueMicrotask(() =>
        say.call(media, {
          type: 'status',
          status: status({ destinations: [destination({ id, name, ...state })] }),
        }),
      );
    };
    return media;
  }, silentLog);
  stream = new StreamService({
    media: supervisor,
    programme: { setBroadcast: () => undefined },
    sessions: { open: () => 'session', heartbeat: () => undefined, close: () => undefined },
    publish: () => undefined,
    trials: { known: () => [] },
    onTrouble: () => undefined,
    log: silentLog,
  });
  report = pageReport();
  const studio = {
    get report() {
      return report;
    },
    snapshot: { settings: DEFAULT_SETTINGS, avatar: { id: 'vida' } },
    requireReady: () => {
      if (report === null) throw new ReasonError('stream.not-ready');
    },
    waitForReport: async () => pageReport(),
  } as unknown as StudioService;
  rehearsal = new RehearsalService({
    stream,
    studio,
    ffmpeg: 'ffmpeg',
    openSink: () => openSink(),
    publish: ({ phase }) => {
      if (phases.at(-1) !== phase) phases.push(phase);
    },
    log: silentLog,
    seconds: SECONDS,
  });
  goLive = new GoLive({
    stream,
    studio,
    destinations: {
      list: () => [{ id: 'a', name: 'A', url: 'rtmp://a/app', hasKey: true, isDefault: true }],
      open: async (id: string) => {
        if (id !== 'a') throw new ReasonError('destination.not-found');
        return { id, name: 'A', target: { server: 'rtmp://a/app', key: 'k' } };
      },
    } as unknown as Destinations,
    ffmpeg: 'ffmpeg',
    endRehearsal: () => rehearsal.stop(),
  });
});

const done = () => vi.waitFor(() => expect(rehearsal.snapshot.phase).toBe('done'), 5000);
/** A server on this machine that takes its time. */
function slowSink() {
  const opening = Promise.withResolvers<RehearsalSink>();
  openSink = () => opening.promise;
  return opening;
}

describe('a rehearsal', () => {
  test('goes through all phases, judges, and leaves nothing', async () => {
    rehearsal.start();
    expect(() => rehearsal.start()).toThrow('stream.already-live');
    await done();
    expect(phases).toEqual(['idle', 'running', 'finishing', 'done']);
    expect(rehearsal.snapshot.result).toMatchObject({ ok: true, reason: null, frames: 30 });
    expect([stream.snapshot.phase, sinks]).toEqual(['idle', { opened: 1, closed: 1 }]);
    rehearsal.start();
    await done();
  });

  test('needs a shown avatar and a free stream', async () => {
    report = null;
    expect(() => rehearsal.start()).toThrow('stream.not-ready');
    report = pageReport();
    await goLive.start(['a']);
    expect(() => rehearsal.start()).toThrow('stream.already-live');
    expect(rehearsal.snapshot.phase).toBe('idle');
    await stream.stop();
  });

  test.each([
    [
      'the server cannot be opened',
      'rehearsal.no-sink',
      () => {
        openSink = async () => Promise.reject(new Error('no'));
      },
    ],
    [
      'the server refuses',
      'rehearsal.no-sink',
      () => {
        answer = 'refused';
      },
    ],
    [
      'nothing arrives',
      'rehearsal.silent',
      () => {
        received = 0;
      },
    ],
  ] as const)('that fails because %s says why', async (_how, reason, prepare) => {
    prepare();
    rehearsal.start();
    await done();
    expect(rehearsal.snapshot.result).toMatchObject({ ok: false, reason });
    expect([stream.snapshot.phase, sinks.closed]).toEqual(['idle', sinks.opened]);
  });

  test('that is stopped has no result, whoever stops it', async () => {
    answer = null;
    rehearsal.start();
    await vi.waitFor(() => expect(stream.snapshot.phase).toBe('starting'));
    await rehearsal.stop();
    expect(rehearsal.snapshot).toMatchObject({ phase: 'idle', result: null });
    rehearsal.start();
    await vi.waitFor(() => expect(stream.snapshot.phase).toBe('starting'));
    await stream.stop();
    await vi.waitFor(() => expect(rehearsal.snapshot).toMatchObject({ phase: 'idle', result: null }));
    expect(stream.snapshot.phase).toBe('idle');
  });

  test('whose stream cannot be stopped still ends', async () => {
    answer = null;
    rehearsal.start();
    await vi.waitFor(() => expect(stream.snapshot.phase).toBe('starting'));
    vi.spyOn(stream, 'stop').mockRejectedValueOnce(new Error('stuck'));
    await rehearsal.stop();
    expect(rehearsal.snapshot.phase).toBe('idle');
    expect(sinks.closed).toBe(1);
    await stream.stop();
  });
});

describe('the real thing', () => {
  test('ends a rehearsal that runs', async () => {
    answer = null;
    rehearsal.start();
    await vi.waitFor(() => expect(stream.snapshot.kind).toBe('rehearsal'));
    answer = 'live';
    expect(await goLive.start(['a'])).toEqual({ sessionId: 'session' });
    expect(rehearsal.snapshot).toMatchObject({ phase: 'idle', result: null });
    await vi.waitFor(() => expect(stream.snapshot).toMatchObject({ kind: 'broadcast', phase: 'live' }));
    await stream.stop();
  });

  test('ends a rehearsal that is still getting ready', async () => {
    const opening = slowSink();
    rehearsal.start();
    const started = goLive.start(['a']);
    await new Promise(setImmediate);
    opening.resolve(await sink());
    await started;
    await vi.waitFor(() => expect(stream.snapshot).toMatchObject({ kind: 'broadcast', phase: 'live' }));
    expect(rehearsal.snapshot.phase).toBe('idle');
    await stream.stop();
  });

  test('is not stopped by a rehearsal that fails', async () => {
    const opening = slowSink();
    rehearsal.start();
    // Not by GoLive, which would have ended it.
    stream.goLive({
      destinations: [{ kind: 'rtmp', id: 'a', name: 'A', server: 'rtmp://a/app', key: 'k' }],
      ffmpeg: 'ffmpeg',
      settings: DEFAULT_SETTINGS,
      avatarId: 'vida',
    });
    opening.resolve(await sink());
    await done();
    expect(rehearsal.snapshot.result).toMatchObject({ ok: false, reason: 'stream.already-live' });
    expect(stream.snapshot).toMatchObject({ kind: 'broadcast', phase: 'live' });
    await stream.stop();
  });

  test('opens every destination before it ends anything', async () => {
    answer = null;
    rehearsal.start();
    await vi.waitFor(() => expect(stream.snapshot.phase).toBe('starting'));
    await expect(goLive.start(['a', 'gone'])).rejects.toThrow('destination.not-found');
    expect(rehearsal.snapshot.phase).toBe('running');
    await rehearsal.stop();
  });

  test('is one at a time, and needs the avatar', async () => {
    expect(goLive.check()).toEqual({ ok: true, ids: ['a'] });
    await goLive.start(['a', 'a']);
    await expect(goLive.start(['a'])).rejects.toThrow('stream.already-live');
    await stream.stop();
    report = null;
    expect(goLive.check()).toMatchObject({ ok: false, why: 'not-ready' });
    await expect(goLive.start(['a'])).rejects.toThrow('stream.not-ready');
  });
});
