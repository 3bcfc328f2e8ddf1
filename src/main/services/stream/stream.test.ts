import { beforeEach, describe, expect, test, vi } from 'vitest';
import { reportSchema } from '../../../shared/domain/report.ts';
import type { DestinationStatus, MediaStatus, StreamSnapshot } from '../../../shared/domain/stream-state.ts';
import type { MediaProcess } from '../../host/port.ts';
import { silentLog } from '../../logging/log.ts';
import type { MainToMedia, MediaToMain } from '../../media/protocol.ts';
import { MediaSupervisor } from './media-supervisor.ts';
import { EMPTY_STATUS, mergeStatus, whileDown } from './merge-status.ts';
import { buildReport } from './report.ts';
import { StreamService } from './stream-service.ts';

function destination(change: Partial<DestinationStatus> = {}): DestinationStatus {
  return {
    id: 'a',
    name: 'A',
    url: 'rtmp://a/app/••••',
    kind: 'rtmp',
    state: 'live',
    reason: null,
    firstByteMs: 300,
    bytes: 1000,
    frames: 30,
    dropped: 1,
    reconnects: 0,
    queueMs: 0,
    ...change,
  };
}

function status(change: Partial<MediaStatus> = {}): MediaStatus {
  return { ...EMPTY_STATUS, connected: true, destinations: [destination()], videoPackets: 30, ...change };
}

describe('counts across a replaced media process', () => {
  test('add up; state and queue are the new ones, the first byte stays the first', () => {
    const before = whileDown(status({ audioOffsetMs: 5 }));
    expect(before.destinations[0]).toMatchObject({
      state: 'reconnecting',
      reason: 'media.crashed',
      reconnects: 1,
    });
    const merged = mergeStatus(
      before,
      status({ destinations: [destination({ firstByteMs: 90, frames: 12, queueMs: 40 })], videoPackets: 12 }),
    );
    expect(merged).toMatchObject({ videoPackets: 42, audioOffsetMs: 5 });
    expect(merged.destinations[0]).toMatchObject({
      state: 'live',
      frames: 42,
      bytes: 2000,
      dropped: 2,
      reconnects: 1,
      firstByteMs: 300,
      queueMs: 40,
    });
  });

  test('a destination that had failed keeps its state while the process is down', () => {
    const failed = destination({ id: 'b', state: 'failed', reason: 'destination.dns' });
    expect(whileDown(status({ destinations: [failed] })).destinations[0]).toEqual(failed);
  });
});

/** Double of a media process: says what the test makes it say. */
class ProcessDouble implements MediaProcess {
  readonly sent: MainToMedia[] = [];
  readonly pid = 1;
  killed = false;
  private message: (message: MediaToMain) => void = () => undefined;
  private exit: (exit: { code: number | null; signal: string | null; expected: boolean }) => void = () =>
    undefined;
  send(message: MainToMedia): void {
    this.sent.push(message);
  }
  onMessage(listener: (message: MediaToMain) => void): void {
    this.message = listener;
  }
  onExit(listener: (exit: { code: number | null; signal: string | null; expected: boolean }) => void): void {
    this.exit = listener;
  }
  async kill(): Promise<void> {
    this.killed = true;
    this.exit({ code: null, signal: 'SIGKILL', expected: true });
  }
  say(message: MediaToMain): void {
    this.message(message);
  }
  die(): void {
    this.exit({ code: null, signal: 'SIGKILL', expected: false });
  }
}

const PLAN = {
  destinations: [
    { kind: 'rtmp', id: 'a', name: 'A', server: 'rtmp://a/app', key: 'k' },
    { kind: 'rtmp', id: 'b', name: 'B', server: 'rtmp://b/app', key: 'k' },
  ],
  ffmpeg: 'ffmpeg',
  fps: 15,
  bitrateKbps: 1000,
  avatarId: 'vida',
} as const;

describe('a broadcast', () => {
  let processes: ProcessDouble[];
  let stream: StreamService;
  let supervisor: MediaSupervisor;
  let broadcasts: ({ epoch: number } | null)[];
  let rows: string[];
  let published: StreamSnapshot[];
  const newest = () => processes.at(-1)!;

  beforeEach(() => {
    processes = [];
    broadcasts = [];
    rows = [];
    published = [];
    supervisor = new MediaSupervisor(() => {
      processes.push(new ProcessDouble());
      return newest();
    }, silentLog);
    stream = new StreamService({
      media: supervisor,
      programme: { setBroadcast: (broadcast) => broadcasts.push(broadcast) },
      sessions: {
        open: () => {
          rows.push('open');
          return 's1';
        },
        heartbeat: () => undefined,
        close: (id, _seconds, outcome) => rows.push(`${id} ${outcome}`),
      },
      publish: (snapshot) => published.push(snapshot),
      log: silentLog,
    });
  });

  const endBy = async (leftOver: string[] = []) => {
    const stopped = stream.stop();
    await vi.waitFor(() => expect(newest().sent.at(-1)).toEqual({ type: 'stop' }));
    newest().say({ type: 'stopped', leftOver });
    await stopped;
  };

  test('starts the encoder, is live with the first live destination, and ends its row', async () => {
    stream.goLive(PLAN);
    expect(stream.snapshot.phase).toBe('starting');
    expect(broadcasts).toEqual([{ epoch: 1 }]);
    expect(newest().sent[0]).toMatchObject({ type: 'start', epoch: 1 });
    expect(() => stream.goLive(PLAN)).toThrow('stream.already-live');
    newest().say({ type: 'status', status: status() });
    expect(stream.snapshot).toMatchObject({ phase: 'live', sessionId: 's1' });
    await endBy();
    expect(stream.snapshot).toMatchObject({ phase: 'idle', sessionId: null, reason: null });
    expect(broadcasts.at(-1)).toBeNull();
    expect(rows).toEqual(['open', 's1 ended']);
    expect(JSON.stringify(published)).not.toContain('"k"');
  });

  test('a process that dies is replaced and told to resume, without the destinations that had failed', async () => {
    stream.goLive(PLAN);
    const failed = destination({ id: 'b', name: 'B', state: 'failed', reason: 'destination.dns' });
    newest().say({ type: 'status', status: status({ destinations: [destination(), failed] }) });
    const dead = newest();
    dead.die();
    expect(processes).toHaveLength(2);
    expect(stream.snapshot.destinations.map((d) => d.state)).toEqual(['reconnecting', 'failed']);
    const start = newest().sent[0];
    expect(start).toMatchObject({ type: 'start', epoch: 1, destinations: [{ id: 'a', resumed: true }] });
    // What the dead one still says is old news.
    dead.say({ type: 'status', status: status({ destinations: [] }) });
    newest().say({ type: 'status', status: status() });
    expect(stream.snapshot.destinations.map((d) => [d.id, d.state])).toEqual([
      ['a', 'live'],
      ['b', 'failed'],
    ]);
    expect(stream.snapshot.media.restarts).toBe(1);
    await endBy();
  });

  test('ends by itself, failed, when every destination has failed', async () => {
    stream.goLive(PLAN);
    const failed = destination({ state: 'failed', reason: 'destination.refused' });
    newest().say({ type: 'status', status: status({ destinations: [failed] }) });
    await vi.waitFor(() => expect(newest().sent.at(-1)).toEqual({ type: 'stop' }));
    newest().say({ type: 'stopped', leftOver: [] });
    await vi.waitFor(() => expect(stream.snapshot.phase).toBe('idle'));
    expect(stream.snapshot.reason).toBe('destination.refused');
    expect(rows).toEqual(['open', 's1 failed']);
  });

  test('gives up on a process that keeps dying, and says so', async () => {
    stream.goLive(PLAN);
    newest().say({ type: 'status', status: status() });
    for (let i = 0; i < 7; i++) newest().die();
    await vi.waitFor(() => expect(stream.snapshot.phase).toBe('idle'));
    expect(stream.snapshot.reason).toBe('media.unreachable');
    expect(rows).toEqual(['open', 's1 failed']);
    // And the next broadcast gets a new process.
    stream.goLive(PLAN);
    expect(newest().sent[0]).toMatchObject({ type: 'start', epoch: 2 });
  });

  test('the report of a run keeps its contract, with and without a page', () => {
    const report = buildReport({
      host: 'browser',
      pipeline: null,
      stream: stream.snapshot,
      media: EMPTY_STATUS,
      liveMs: null,
      memory: { rendererMb: 1.6, mainMb: 2, mediaMb: 0 },
      reason: 'host.page-silent',
    });
    expect(reportSchema.parse(report)).toMatchObject({
      tracking: { source: 'none', pose: { delegate: 'none' } },
      memory: { rendererMb: 2 },
      reason: 'host.page-silent',
    });
  });
});
