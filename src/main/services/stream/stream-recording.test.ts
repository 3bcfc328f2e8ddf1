import { beforeEach, describe, expect, test, vi } from 'vitest';
import { DEFAULT_SETTINGS, type StudioSnapshot } from '../../../shared/domain/studio.ts';
import { silentLog } from '../../logging/log.ts';
import { destination, type ProcessDouble, status } from './fake-media.ts';
import { MediaSupervisor } from './media-supervisor.ts';
import type { StreamService } from './stream-service.ts';
import { MAIN, over, PLAN, StreamWorld } from './stream-support.ts';

describe('a broadcast', () => {
  let begin: () => ProcessDouble;
  let newest: () => ProcessDouble;
  let stream: StreamService;
  let broadcasts: readonly StudioSnapshot['broadcast'][];
  let rows: readonly string[];
  beforeEach(() => {
    ({ begin, newest, stream, broadcasts, rows } = new StreamWorld());
  });

  const file = { name: 'a.mkv', path: '/tmp/a.mkv' };
  const recording = (change = {}) =>
    destination({ id: 'recording', name: 'a.mkv', kind: 'file', url: '/tmp/a.mkv', ...change });

  test('a recording alone becomes a broadcast and stays when that ends', async () => {
    stream.startRecording(file, PLAN);
    newest().say({ type: 'status', status: status({ destinations: [recording()] }) });
    expect(stream.snapshot).toMatchObject({ phase: 'live', kind: 'recording', sessionId: null });
    expect(() => stream.startRecording(file, PLAN)).toThrow('record.already-recording');
    expect(rows).toEqual([]);
    stream.goLive(PLAN);
    expect(stream.snapshot).toMatchObject({ phase: 'starting', kind: 'broadcast', sessionId: 's1' });
    newest().say({ type: 'status', status: status({ destinations: [recording(), destination()] }) });
    expect(stream.snapshot.phase).toBe('live');
    const stopped = stream.stop();
    expect(newest().sent.slice(-2)).toEqual([
      { type: 'remove', id: 'a' },
      { type: 'remove', id: 'b' },
    ]);
    const ended = destination({ state: 'ended' });
    newest().say({ type: 'status', status: status({ destinations: [recording(), ended] }) });
    await stopped;
    expect(stream.snapshot).toMatchObject({ phase: 'live', kind: 'recording' });
    expect(rows).toEqual(['open', 's1 ended']);
    const done = stream.stopRecording();
    await vi.waitFor(() => expect(newest().sent.at(-1)).toEqual({ type: 'stop' }));
    newest().say({ type: 'stopped', leftOver: [] });
    await done;
    expect(stream.snapshot.phase).toBe('idle');
  });

  test('a broadcast of which all servers fail leaves the recording running, and says why', async () => {
    stream.goLive({ ...PLAN, destinations: [PLAN.destinations[0]!] });
    stream.startRecording(file, PLAN);
    newest().say({ type: 'status', status: status({ destinations: [destination(), recording()] }) });
    const failed = destination({ state: 'failed', reason: 'destination.rejected' });
    newest().say({ type: 'status', status: status({ destinations: [failed, recording()] }) });
    await vi.waitFor(() => expect(stream.snapshot).toMatchObject({ phase: 'live', kind: 'recording' }));
    expect(stream.snapshot.reason).toBe('destination.rejected');
    expect(rows).toEqual(['open', 's1 failed']);
    newest().say({
      type: 'status',
      status: status({ destinations: [failed, recording(over('ended', 'record.low-space'))] }),
    });
    await vi.waitFor(() => expect(newest().sent.at(-1)).toEqual({ type: 'stop' }));
    newest().say({ type: 'stopped', leftOver: [] });
    await vi.waitFor(() => expect(stream.snapshot.phase).toBe('idle'));
    expect(stream.snapshot.reason).toBe('record.low-space');
  });

  test('a recording that is stopped before anybody has heard of it is stopped', async () => {
    stream.startRecording(file, PLAN);
    const done = stream.stopRecording();
    await vi.waitFor(() => expect(newest().sent.at(-1)).toEqual({ type: 'stop' }));
    newest().say({ type: 'stopped', leftOver: [] });
    await done;
    expect(stream.snapshot.phase).toBe('idle');
  });

  const recordAndGoLive = () => {
    stream.startRecording(file, PLAN);
    newest().say({ type: 'status', status: status({ destinations: [recording()] }) });
    stream.goLive({ ...PLAN, destinations: [PLAN.destinations[0]!] });
    newest().say({ type: 'status', status: status({ destinations: [recording(), destination()] }) });
  };

  test('a second broadcast over one recording is not ended by what was said of the first', async () => {
    recordAndGoLive();
    const stopped = stream.stop();
    const gone = destination(over('ended'));
    newest().say({ type: 'status', status: status({ destinations: [recording(), gone] }) });
    await stopped;
    await new Promise((resolve) => setTimeout(resolve, 5));
    stream.goLive({ ...PLAN, destinations: [PLAN.destinations[0]!] });
    newest().say({ type: 'status', status: status({ destinations: [recording(), gone] }) });
    expect(stream.snapshot).toMatchObject({ phase: 'starting', kind: 'broadcast', sessionId: 's1' });
    // One that fails at once has only that to say.
    const failed = destination(over('failed', 'destination.bad-url'));
    newest().say({ type: 'status', status: status({ destinations: [recording(), failed] }) });
    await vi.waitFor(() => expect(stream.snapshot).toMatchObject({ phase: 'live', kind: 'recording' }));
    expect(stream.snapshot.reason).toBe('destination.bad-url');
    const done = stream.end();
    newest().say({ type: 'stopped', leftOver: [] });
    await done;
  });

  test('stopping twice beside a recording is stopping once', async () => {
    recordAndGoLive();
    const both = [stream.stop(), stream.stop()];
    const stopping = destination({ state: 'stopping' });
    newest().say({ type: 'status', status: status({ destinations: [recording(), stopping] }) });
    expect(stream.snapshot.phase).toBe('stopping');
    expect(() => stream.goLive(PLAN)).toThrow('stream.already-live');
    newest().say({
      type: 'status',
      status: status({ destinations: [recording(), destination(over('ended'))] }),
    });
    await Promise.all(both);
    expect(stream.snapshot).toMatchObject({ phase: 'live', kind: 'recording', sessionId: null });
    expect(rows).toEqual(['open', 's1 ended']);
    const done = stream.end();
    newest().say({ type: 'stopped', leftOver: [] });
    await done;
  });

  test('the end of all ends what was being left, and nothing is encoded afterwards', async () => {
    recordAndGoLive();
    const stopped = stream.stop();
    const done = stream.end();
    newest().say({ type: 'stopped', leftOver: [] });
    await Promise.all([stopped, done]);
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(stream.snapshot.phase).toBe('idle');
    expect(broadcasts.at(-1)).toBeNull();
    expect(rows).toEqual(['open', 's1 ended']);
  });

  test('what a dead process has left is told, and a file it wrote is never begun anew', async () => {
    const left: (number | null)[] = [];
    const watched = new MediaSupervisor(begin, silentLog, ({ destinations }) =>
      left.push(...destinations.map(({ pid }) => pid)),
    );
    const { settings, ...rest } = { ...PLAN, settings: DEFAULT_SETTINGS };
    watched.begin({
      epoch: 1,
      ffmpeg: rest.ffmpeg,
      fps: settings.picture.fps,
      renditions: [MAIN],
      destinations: [{ kind: 'file', id: 'record', ...file }],
    });
    const failed = recording({ id: 'record', state: 'failed', reason: 'record.failed', pid: 77 });
    newest().say({ type: 'status', status: status({ destinations: [failed] }) });
    newest().die();
    expect(left).toEqual([77]);
    newest().say({ type: 'status', status: status({ destinations: [] }) });
    watched.retry('record');
    expect(newest().sent.at(-1)).toMatchObject({ type: 'add', destination: { id: 'record', resumed: true } });
    await watched.close();
  });
});
