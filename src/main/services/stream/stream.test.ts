import { beforeEach, describe, expect, test, vi } from 'vitest';
import { reportSchema } from '../../../shared/domain/report.ts';
import type { StreamSnapshot } from '../../../shared/domain/stream-state.ts';
import { silentLog } from '../../logging/log.ts';
import { destination, ProcessDouble, status } from './fake-media.ts';
import { MediaSupervisor } from './media-supervisor.ts';
import { EMPTY_STATUS, mergeStatus, whileDown } from './merge-status.ts';
import { buildReport } from './report.ts';
import { StreamService } from './stream-service.ts';

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
  let cards: string[];
  const newest = () => processes.at(-1)!;

  beforeEach(() => {
    processes = [];
    broadcasts = [];
    rows = [];
    published = [];
    cards = [];
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
      onCard: (error) => cards.push(error.reason),
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

  test('the card is said once each time it comes, and not when nobody sees it', async () => {
    const tell = (card: boolean) => newest().say({ type: 'status', status: status({ card }) });
    stream.goLive(PLAN);
    for (const card of [false, true, true, false, true]) tell(card);
    expect(cards).toEqual(['stream.card-shown', 'stream.card-shown']);
    expect(stream.snapshot.card).toBe(true);
    newest().die();
    expect(stream.snapshot.card).toBe(false);
    tell(true);
    expect(cards).toHaveLength(3);
    await endBy();
    expect(stream.snapshot.card).toBe(false);
    stream.goLive({ ...PLAN, kind: 'rehearsal' });
    tell(true);
    expect(cards).toHaveLength(3);
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
