import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DEFAULT_SETTINGS } from '../../../shared/domain/studio.ts';
import { ReasonError } from '../../../shared/errors.ts';
import { type RecordingSnapshot, recordingSnapshot } from '../../../shared/ipc/recording.ts';
import { silentLog } from '../../logging/log.ts';
import { probe, remuxToMp4 } from '../../media/ffmpeg/jobs.ts';
import { FakeStream } from './fake-stream.ts';
import type { Remux } from './ports.ts';
import { RecordingService } from './recording.ts';

const FFMPEG = process.env['VIDA3_FFMPEG'] ?? 'ffmpeg';
const noFfmpeg = spawnSync(FFMPEG, ['-version']).error !== undefined;
/** A Sunday, in the zone of whoever tests. */
const NOW = new Date(2026, 10, 22, 23, 14, 5).getTime();
const STEM = 'VIDA3 2026-11-22 23-14-05';

let home: string;
let folder: string;
let stream: FakeStream;
let settings: typeof DEFAULT_SETTINGS.recording;
let now: number;
let free: number | null;
let told: string[];
let states: RecordingSnapshot['state'][];
let remux: Remux;
let services: RecordingService[];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'vida3-recording-'));
  folder = join(home, 'shows');
  stream = new FakeStream();
  settings = { ...DEFAULT_SETTINGS.recording, remux: true };
  now = NOW;
  free = 50e9;
  told = [];
  states = [];
  services = [];
  remux = async (source, target, { onProgress }) => {
    await copyFile(source, target);
    onProgress(1);
  };
});
afterEach(async () => {
  for (const service of services) await service.close();
  rmSync(home, { recursive: true });
});

function make(): RecordingService {
  const service = new RecordingService({
    stream,
    home,
    folder,
    settings: () => settings,
    remux: (...args) => remux(...args),
    publish: (snapshot) => {
      recordingSnapshot.payload.parse(snapshot);
      if (states.at(-1) !== snapshot.state) states.push(snapshot.state);
    },
    onTrouble: ({ reason }) => told.push(reason),
    log: silentLog,
    freeBytes: async () => free,
    now: () => now,
  });
  services.push(service);
  return service;
}
const unfinished = () => JSON.parse(readFileSync(join(home, 'recordings.json'), 'utf8')).files;
const listed = () => readdirSync(folder).sort();

describe('a recording', () => {
  test('alone: from its start to its MP4', async () => {
    const recording = make();
    await recording.open();
    await recording.start();
    const path = join(folder, `${STEM}.mkv`);
    expect(stream.started).toEqual([{ id: 'recording', name: 'Recording', path }]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(unfinished()).toEqual([path]);
    expect(recording.snapshot).toMatchObject({ state: 'starting', name: `${STEM}.mkv`, folder });
    stream.record({ state: 'live', bytes: 1e6 });
    expect(recording.snapshot).toMatchObject({ state: 'recording', startedAt: NOW, freeSeconds: null });
    now += 4000;
    stream.record({ bytes: 5e6 });
    expect(recording.snapshot).toMatchObject({
      seconds: 4,
      bytes: 5e6,
      freeBytes: 50e9,
      freeSeconds: 49_000,
    });
    await recording.stop();
    expect(recording.snapshot).toMatchObject({ state: 'off', reason: null });
    await recording.idle();
    expect(states).toEqual(['off', 'starting', 'recording', 'stopping', 'off']);
    expect(recording.snapshot.jobs).toMatchObject([{ name: `${STEM}.mp4`, state: 'done', progress: 1 }]);
    expect([listed(), unfinished(), told]).toEqual([[`${STEM}.mp4`], [], []]);
  });

  test('is left as it is where no MP4 is wanted', async () => {
    settings = { ...settings, remux: false };
    const recording = make();
    await recording.start();
    stream.record({ state: 'live' });
    await recording.stop();
    await recording.idle();
    expect([listed(), recording.snapshot.jobs, unfinished()]).toEqual([[`${STEM}.mkv`], [], []]);
  });

  test('overwrites nothing, and is one at a time', async () => {
    mkdirSync(folder);
    for (const taken of [`${STEM}.mkv`, `${STEM}-2.mp4`]) writeFileSync(join(folder, taken), 'mine');
    const recording = make();
    await recording.start();
    expect(recording.snapshot.name).toBe(`${STEM}-3.mkv`);
    await expect(recording.start()).rejects.toThrow('record.already-recording');
    stream.record({ state: 'live' });
    await recording.stop();
    await expect(recording.stop()).rejects.toThrow('record.not-recording');
    await recording.idle();
    expect(listed()).toEqual([`${STEM}-2.mp4`, `${STEM}-3.mp4`, `${STEM}.mkv`]);
  });

  test('that went on in files of their own keeps every part', async () => {
    const recording = make();
    await recording.start();
    stream.record({ state: 'live' });
    stream.record({ state: 'reconnecting', reason: 'media.crashed' });
    expect(recording.snapshot).toMatchObject({ state: 'recording', reason: 'media.crashed' });
    stream.record({ state: 'live', reason: null });
    expect(recording.snapshot.reason).toBeNull();
    writeFileSync(join(folder, `${STEM}-2.mkv`), 'part');
    await recording.stop();
    await recording.idle();
    expect(listed()).toEqual([`${STEM}-2.mp4`, `${STEM}.mp4`]);
  });

  test('that ends because the disk fills says so, and its file is kept', async () => {
    const recording = make();
    await recording.start();
    stream.mediaStatus = { ...stream.mediaStatus, diskFreeBytes: 2e9 };
    stream.record({ state: 'live', bytes: 1e6 });
    expect(recording.snapshot.freeBytes).toBe(2e9);
    stream.write();
    stream.record({ state: 'ended', reason: 'record.low-space' });
    expect(recording.snapshot).toMatchObject({ state: 'off', reason: 'record.low-space' });
    await recording.idle();
    expect([listed(), told]).toEqual([[`${STEM}.mp4`], ['record.low-space']]);
  });

  test('that fails says so, and what there is of it is kept', async () => {
    const recording = make();
    await recording.start();
    stream.record({ state: 'live' });
    stream.write();
    stream.record({ state: 'failed', reason: 'record.disk-full', frames: 5 });
    expect(recording.snapshot).toMatchObject({ state: 'failed', reason: 'record.disk-full' });
    await recording.idle();
    expect([listed(), told]).toEqual([[`${STEM}.mp4`], ['record.disk-full']]);
    now += 1000;
    await recording.start();
    // The stream still tells the last one's end.
    expect(recording.snapshot).toMatchObject({ state: 'starting', reason: null });
    stream.record({ state: 'live', reason: null });
    expect(recording.snapshot.state).toBe('recording');
  });

  test('whose session ends before it begins has failed', async () => {
    const recording = make();
    await recording.start();
    stream.tell({ phase: 'idle', reason: 'encoder.unsupported' });
    expect(recording.snapshot).toMatchObject({ state: 'failed', reason: 'encoder.unsupported' });
  });

  test('that is stopped before its first picture was no failure', async () => {
    const recording = make();
    await recording.start();
    stream.stopRecording = async () => stream.record({ state: 'failed', reason: 'record.failed' });
    await recording.stop();
    await recording.idle();
    expect(recording.snapshot).toMatchObject({ state: 'off', reason: null });
    expect([listed(), unfinished(), told]).toEqual([[], [], []]);
  });
});

describe('no recording begins', () => {
  test('without room', async () => {
    free = 0.9e9;
    const recording = make();
    await expect(recording.start()).rejects.toThrow('record.low-space');
    expect(recording.snapshot).toMatchObject({ state: 'off', freeBytes: 0.9e9 });
    expect([stream.started, listed()]).toEqual([[], []]);
  });

  test('in a place that takes no files', async () => {
    writeFileSync(folder, 'a file');
    await expect(make().start()).rejects.toThrow('record.cannot-write');
    rmSync(folder);
    mkdirSync(folder);
    chmodSync(folder, 0o500);
    if (process.getuid?.() !== 0) await expect(make().start()).rejects.toThrow('record.cannot-write');
    chmodSync(folder, 0o700);
  });

  test('when the stream is not ready', async () => {
    stream.refuse = new ReasonError('stream.not-ready');
    const recording = make();
    await expect(recording.start()).rejects.toThrow('stream.not-ready');
    expect([recording.snapshot.state, unfinished()]).toEqual(['off', []]);
    stream.refuse = null;
    await recording.start();
  });
});

describe('beside a broadcast', () => {
  const live = { kind: 'broadcast', phase: 'live', sessionId: 'one' } as const;

  test('it begins and ends with it where the user wants that', async () => {
    settings = { ...settings, withStream: true };
    const recording = make();
    stream.tell({ ...live, phase: 'starting' });
    expect(recording.snapshot.state).toBe('off');
    stream.tell(live);
    await vi.waitFor(() => expect(stream.started).toHaveLength(1));
    stream.record({ state: 'live' });
    stream.tell({ phase: 'stopping' });
    stream.write();
    stream.record({ state: 'ended' });
    stream.tell({ phase: 'idle' });
    await recording.idle();
    expect([recording.snapshot.state, stream.stops, listed()]).toEqual(['off', 0, [`${STEM}.mp4`]]);
    now += 60_000;
    stream.tell({ ...live, sessionId: 'two' });
    await vi.waitFor(() => expect(stream.started).toHaveLength(2));
  });

  test('it does not begin again when the user has stopped it', async () => {
    settings = { ...settings, withStream: true };
    const recording = make();
    stream.tell(live);
    await vi.waitFor(() => expect(stream.started).toHaveLength(1));
    stream.record({ state: 'live' });
    await recording.stop();
    stream.tell({ elapsedSeconds: 10 });
    await recording.idle();
    expect(stream.started).toHaveLength(1);
  });

  test('one that was there before stays when the broadcast ends', async () => {
    settings = { ...settings, withStream: true };
    const recording = make();
    await recording.start();
    stream.record({ state: 'live' });
    stream.tell(live);
    stream.tell({ kind: 'recording', sessionId: null });
    await recording.idle();
    expect([stream.started.length, stream.stops, recording.snapshot.state]).toEqual([1, 0, 'recording']);
  });

  test('one of its own ends when only the broadcast does', async () => {
    settings = { ...settings, withStream: true };
    const recording = make();
    stream.tell(live);
    await vi.waitFor(() => expect(stream.started).toHaveLength(1));
    stream.record({ state: 'live' });
    stream.tell({ kind: 'recording', sessionId: null });
    await recording.idle();
    expect([stream.stops, recording.snapshot.state]).toEqual([1, 'off']);
  });

  test('why it could not begin is told, and the broadcast goes on', async () => {
    settings = { ...settings, withStream: true };
    free = 1e6;
    const recording = make();
    stream.tell(live);
    await vi.waitFor(() => expect(told).toEqual(['record.low-space']));
    expect(recording.snapshot).toMatchObject({ state: 'failed', reason: 'record.low-space' });
    stream.tell({ elapsedSeconds: 10 });
    await recording.idle();
    expect([stream.started, told]).toEqual([[], ['record.low-space']]);
  });
});

describe('a replay', () => {
  test('is saved beside the recordings, twice asked for once', async () => {
    const recording = make();
    await expect(recording.saveReplay()).rejects.toThrow('record.no-replay');
    expect(recording.snapshot.replay.reason).toBe('record.no-replay');
    stream.mediaStatus = { ...stream.mediaStatus, replaySeconds: 20 };
    const both = [recording.saveReplay(), recording.saveReplay()];
    expect(recording.snapshot.replay).toMatchObject({ seconds: 20, saving: true });
    const name = 'VIDA3 Replay 2026-11-22 23-14-05.mkv';
    expect(await Promise.all(both)).toEqual([{ name }, { name }]);
    expect(recording.snapshot.replay).toMatchObject({ saving: false, last: name, reason: null });
    await recording.idle();
    expect(listed()).toEqual([name.replace('.mkv', '.mp4')]);
    stream.refuseReplay = new ReasonError('record.failed');
    await expect(recording.saveReplay()).rejects.toThrow('record.failed');
    expect([recording.snapshot.replay.reason, unfinished()]).toEqual(['record.failed', []]);
  });
});

describe('making MP4s', () => {
  const crashed = (...names: string[]) => {
    mkdirSync(folder);
    const paths = names.map((name) => join(folder, name));
    for (const path of paths) writeFileSync(path, 'matroska');
    writeFileSync(join(home, 'recordings.json'), JSON.stringify({ files: paths }));
  };

  test('what a run that crashed left is taken up', async () => {
    crashed('a.mkv', 'b.mkv');
    for (const name of ['a-2.mkv', 'a.mp4.part']) writeFileSync(join(folder, name), 'more of it');
    rmSync(join(folder, 'b.mkv'));
    const recording = make();
    await recording.open();
    await recording.idle();
    expect([listed(), unfinished()]).toEqual([['a-2.mp4', 'a.mp4'], []]);
  });

  test('a list that cannot be read stops nothing', async () => {
    writeFileSync(join(home, 'recordings.json'), '{"files":[7]}');
    const recording = make();
    await recording.open();
    await recording.start();
  });

  test('files of a disk that is away are remembered', async () => {
    const away = join(home, 'away', 'a.mkv');
    writeFileSync(join(home, 'recordings.json'), JSON.stringify({ files: [away] }));
    const recording = make();
    await recording.open();
    await recording.start();
    expect(unfinished()).toContain(away);
  });

  test('one at a time; one that fails or is cancelled keeps its recording', async () => {
    crashed('a.mkv', 'b.mkv', 'c.mkv');
    const running: string[] = [];
    const go = Promise.withResolvers<void>();
    remux = async (source, target, { signal }) => {
      running.push(source);
      writeFileSync(target, 'half');
      if (source.endsWith('a.mkv')) throw new ReasonError('record.remux-failed', 'no');
      go.resolve();
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    };
    const recording = make();
    await recording.open();
    await go.promise;
    expect(running).toHaveLength(2);
    expect(recording.snapshot.jobs.map(({ state, reason }) => [state, reason])).toEqual([
      ['waiting', null],
      ['running', null],
      ['failed', 'record.remux-failed'],
    ]);
    expect(existsSync(join(folder, 'b.mp4.part'))).toBe(true);
    for (const { id } of recording.snapshot.jobs) recording.cancelJob(id);
    recording.cancelJob('unknown');
    await recording.idle();
    expect(recording.snapshot.jobs.map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'failed']);
    expect([listed(), unfinished()]).toEqual([['a.mkv', 'b.mkv', 'c.mkv'], []]);
  });

  test('one that the end of the studio interrupts is done at the next start', async () => {
    crashed('a.mkv');
    const go = Promise.withResolvers<void>();
    const copies = remux;
    remux = async (_source, target, { signal }) => {
      writeFileSync(target, 'half');
      go.resolve();
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    };
    const first = make();
    await first.open();
    await go.promise;
    await first.close();
    expect([listed(), unfinished()]).toEqual([['a.mkv'], [join(folder, 'a.mkv')]]);
    remux = copies;
    const second = make();
    await second.open();
    await second.idle();
    expect([listed(), unfinished()]).toEqual([['a.mp4'], []]);
  });

  test('without room for a second copy the recording stays', async () => {
    crashed('a.mkv');
    free = 50e6;
    const recording = make();
    await recording.open();
    await recording.idle();
    expect(recording.snapshot.jobs).toMatchObject([{ state: 'failed', reason: 'record.remux-failed' }]);
    expect(listed()).toEqual(['a.mkv']);
  });

  test('a snapshot holds the newest fifty', async () => {
    crashed(...Array.from({ length: 53 }, (_, at) => `${at}.mkv`));
    const recording = make();
    await recording.open();
    await recording.idle();
    expect(recording.snapshot.jobs).toHaveLength(50);
    expect(listed().every((name) => name.endsWith('.mp4'))).toBe(true);
  });

  test.skipIf(noFfmpeg)(
    `with a real FFmpeg, of a file that was cut short${noFfmpeg ? ' (not installed)' : ''}`,
    async () => {
      crashed('a.mkv');
      const file = join(folder, 'a.mkv');
      execFileSync(FFMPEG, [
        ...[
          '-v',
          'error',
          '-y',
          '-f',
          'lavfi',
          '-i',
          'testsrc2=s=128x96:r=10:d=4',
          '-c:v',
          'mpeg4',
          '-g',
          '10',
        ],
        ...['-cluster_time_limit', '500', file],
      ]);
      const whole = readFileSync(file);
      writeFileSync(file, whole.subarray(0, Math.floor(whole.length * 0.7)));
      remux = (source, target, options) => remuxToMp4(FFMPEG, source, target, options);
      const recording = make();
      await recording.open();
      await recording.idle();
      expect(recording.snapshot.jobs).toMatchObject([{ state: 'done' }]);
      expect(listed()).toEqual(['a.mp4']);
      expect((await probe(FFMPEG, join(folder, 'a.mp4'))).durationSeconds).toBeGreaterThan(1.5);
    },
  );
});
