import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { EncoderTrial } from '../../../shared/domain/encoding.ts';
import { FULL_QUALITY } from '../../../shared/domain/governor.ts';
import { NO_GOVERNOR, type PipelineReport, reportSchema } from '../../../shared/domain/report.ts';
import type { StreamSnapshot } from '../../../shared/domain/stream-state.ts';
import { DEFAULT_SETTINGS, type StudioSnapshot } from '../../../shared/domain/studio.ts';
import { destination, type ProcessDouble, status } from './fake-media.ts';
import { EMPTY_STATUS } from './merge-status.ts';
import { buildReport } from './report.ts';
import type { StreamService } from './stream-service.ts';
import { MAIN, over, PLAN, StreamWorld } from './stream-support.ts';

describe('a broadcast', () => {
  let processes: readonly ProcessDouble[];
  let newest: () => ProcessDouble;
  let stream: StreamService;
  let broadcasts: readonly StudioSnapshot['broadcast'][];
  let rows: readonly string[];
  let published: readonly StreamSnapshot[];
  let cards: readonly string[];
  let trials: EncoderTrial[];
  beforeEach(() => {
    ({ processes, newest, stream, broadcasts, rows, published, cards, trials } = new StreamWorld());
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
    expect(broadcasts).toEqual([{ epoch: 1, source: 'encoded', x264: false, renditions: [MAIN] }]);
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

  test('one destination more, one less: the programme follows, the last one stays', async () => {
    const settings = {
      ...DEFAULT_SETTINGS,
      second: { width: 320, height: 180, bitrateKbps: 400 },
    };
    stream.goLive({ ...PLAN, settings, destinations: [PLAN.destinations[0]!] });
    newest().say({ type: 'status', status: status() });
    const extra = { ...PLAN.destinations[1]!, rendition: 'second' as const };
    stream.add(extra);
    expect(newest().sent.at(-1)).toEqual({ type: 'add', destination: extra });
    expect(broadcasts.at(-1)?.renditions.map(({ name }) => name)).toEqual(['main', 'second']);
    const b = destination({ id: 'b', name: 'B' });
    newest().say({ type: 'status', status: status({ destinations: [destination(), b] }) });
    const removed = stream.remove('b');
    expect(newest().sent.at(-1)).toEqual({ type: 'remove', id: 'b' });
    const ended = destination({ id: 'b', name: 'B', ...over('ended') });
    newest().say({ type: 'status', status: status({ destinations: [destination(), ended] }) });
    await removed;
    expect(broadcasts.at(-1)?.renditions).toEqual([MAIN]);
    await expect(stream.remove('a')).rejects.toMatchObject({ reason: 'destination.last' });
    expect(stream.snapshot.phase).toBe('live');
    // The next process does not know the removed one.
    newest().die();
    expect(newest().sent[0]).toMatchObject({ destinations: [{ id: 'a' }] });
    newest().say({ type: 'status', status: status() });
    expect(stream.snapshot.destinations.map((d) => [d.id, d.state])).toEqual([['a', 'live']]);
    // It took this key before: a failure is not the key's fault.
    stream.add(extra);
    expect(newest().sent.at(-1)).toMatchObject({ type: 'add', destination: { id: 'b', resumed: true } });
    stream.add({ ...extra, key: 'another' });
    expect(newest().sent.at(-1)).not.toMatchObject({ destination: { resumed: true } });
    const a = PLAN.destinations[0]!;
    stream.reconnect(a);
    expect(newest().sent.at(-1)).toEqual({ type: 'retry', id: 'a' });
    stream.reconnect({ ...a, key: 'mended' });
    expect(newest().sent.slice(-2)).toMatchObject([
      { type: 'remove', id: 'a' },
      { type: 'add', destination: { id: 'a', key: 'mended' } },
    ]);
    await endBy();
  });

  test('a retry of what a replaced process never knew adds it again', async () => {
    stream.goLive(PLAN);
    const failed = destination({ id: 'b', name: 'B', state: 'failed', reason: 'destination.dns' });
    newest().say({ type: 'status', status: status({ destinations: [destination(), failed] }) });
    newest().die();
    newest().say({ type: 'status', status: status() });
    stream.reconnect(PLAN.destinations[1]!);
    expect(newest().sent.at(-1)).toMatchObject({ type: 'add', destination: { id: 'b' } });
    const again = destination({ id: 'b', name: 'B', state: 'connecting' });
    newest().say({ type: 'status', status: status({ destinations: [destination(), again] }) });
    expect(stream.snapshot.destinations.map((d) => d.state)).toEqual(['live', 'connecting']);
    const unknown = { ...PLAN.destinations[1]!, id: 'c' };
    expect(() => stream.reconnect(unknown)).toThrow('destination.not-found');
    await endBy();
  });

  test('a destination that is still ending when all is stopped does not wake the encoder up again', async () => {
    stream.goLive(PLAN);
    const b = destination({ id: 'b', name: 'B' });
    newest().say({ type: 'status', status: status({ destinations: [destination(), b] }) });
    const removed = stream.remove('b');
    await endBy();
    await removed;
    expect(stream.snapshot.phase).toBe('idle');
    expect(broadcasts.at(-1)).toBeNull();
  });

  test('an encode that the session was begun without is the main one', async () => {
    stream.goLive({ ...PLAN, destinations: [PLAN.destinations[0]!] });
    newest().say({ type: 'status', status: status() });
    stream.add({ ...PLAN.destinations[1]!, rendition: 'second' });
    expect(newest().sent.at(-1)).toMatchObject({ type: 'add', destination: { id: 'b', rendition: 'main' } });
    await endBy();
  });

  const unsupported = () =>
    stream.takeReport({
      encode: {
        epoch: stream.currentEpoch,
        encoder: 'none',
        frames: 0,
        skipped: 0,
        reason: 'encoder.unsupported',
        renditions: [],
      },
      governor: NO_GOVERNOR,
      live: { ticks: 0, late: 0 },
    } as unknown as PipelineReport);

  test('the preset lever reaches the media process once per change, and the page hears whether libx264 encodes', async () => {
    const settings = { ...DEFAULT_SETTINGS, encoder: 'ffmpeg:nvenc' as const };
    const lever = (step: number) =>
      stream.takeReport({
        encode: { epoch: 0 },
        governor: { steps: [], levers: { ...FULL_QUALITY, 'encoder-preset': step } },
      } as unknown as PipelineReport);
    const presets = () => newest().sent.filter(({ type }) => type === 'preset');
    stream.goLive({ ...PLAN, settings });
    expect(newest().sent[0]).toMatchObject({ type: 'start', preset: 'veryfast' });
    expect(broadcasts.at(-1)).toMatchObject({ source: 'raw', x264: false });
    for (const step of [0, 1, 1, 2]) lever(step);
    expect(presets()).toEqual([
      { type: 'preset', preset: 'superfast' },
      { type: 'preset', preset: 'ultrafast' },
    ]);
    const encoder = {
      ...{ replaced: 1, frames: 0, keyFrames: 0, skipped: 0, p50Ms: null, p95Ms: null, pids: [] },
      name: 'libx264' as const,
    };
    newest().say({ type: 'status', status: status({ encoder }) });
    newest().say({ type: 'status', status: status({ encoder }) });
    expect(broadcasts).toHaveLength(2);
    expect(broadcasts.at(-1)).toMatchObject({ epoch: 1, source: 'raw', x264: true });
    // One that takes over from a process that died knows it from the start.
    newest().die();
    expect(newest().sent[0]).toMatchObject({ type: 'start', preset: 'ultrafast' });
    newest().say({ type: 'status', status: status({ encoder }) });
    await endBy();
    stream.goLive({ ...PLAN, settings });
    expect(
      newest()
        .sent.filter(({ type }) => type === 'start')
        .at(-1),
    ).toMatchObject({ preset: 'ultrafast' });
    await endBy();
  });

  test('a page without H.264 gives way to FFmpeg in the same session, and back, and then it is over', async () => {
    trials.push({ encoder: 'nvenc', works: false, detail: 'no driver' });
    stream.goLive(PLAN);
    newest().say({ type: 'status', status: status() });
    unsupported();
    expect(broadcasts.at(-1)).toMatchObject({ epoch: 1, source: 'raw' });
    const { encoders } = newest().sent.at(-1) as { encoders: string[] };
    expect(encoders).not.toContain('nvenc');
    expect(encoders.at(-1)).toBe('libx264');
    // Said again by a page that has not heard yet: old news.
    unsupported();
    expect(stream.snapshot.phase).toBe('live');
    expect(cards).toEqual(['encoder.fallback']);
    newest().say({ type: 'encoders-failed', detail: 'none works' });
    await vi.waitFor(() => expect(newest().sent.at(-1)).toEqual({ type: 'stop' }));
    newest().say({ type: 'stopped', leftOver: [] });
    await vi.waitFor(() => expect(stream.snapshot.phase).toBe('idle'));
    expect(stream.snapshot.reason).toBe('encoder.unsupported');
  });

  test('a chosen FFmpeg encoder comes first; one that failed its trial is left out, and that is said', () => {
    trials.push({ encoder: 'nvenc', works: false, detail: 'no driver' });
    stream.goLive({ ...PLAN, settings: { ...DEFAULT_SETTINGS, encoder: 'ffmpeg:nvenc' } });
    const start = newest().sent[0] as { encoders: string[] };
    expect(start.encoders).not.toContain('nvenc');
    const encoder = {
      name: 'libx264' as const,
      replaced: 0,
      frames: 1,
      keyFrames: 1,
      skipped: 0,
      p50Ms: 1,
      p95Ms: 2,
      pids: [],
    };
    newest().say({ type: 'status', status: status({ encoder }) });
    expect(stream.snapshot.encoder).toEqual({ name: 'ffmpeg:libx264', fallback: 'encoder.fallback' });
  });

  test('after the machine slept, who waits for a server does not wait on', () => {
    vi.useFakeTimers();
    try {
      stream.goLive(PLAN);
      const waiting = destination({
        id: 'b',
        name: 'B',
        state: 'reconnecting',
        reason: 'destination.stalled',
      });
      newest().say({ type: 'status', status: status({ destinations: [destination(), waiting] }) });
      vi.setSystemTime(Date.now() + 3_600_000);
      vi.advanceTimersByTime(1000);
      expect(newest().sent).toContainEqual({ type: 'retry', id: 'b' });
      expect(newest().sent).not.toContainEqual({ type: 'retry', id: 'a' });
    } finally {
      vi.useRealTimers();
    }
  });

  test('the report of a run keeps its contract, with and without a page', () => {
    const report = buildReport({
      host: 'browser',
      pipeline: null,
      stream: stream.snapshot,
      media: EMPTY_STATUS,
      liveMs: null,
      health: null,
      usage: [],
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
