import { chmodSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ReasonError } from '../../../shared/errors.ts';
import { NOW, RecordingWorld, STEM } from './recording-support.ts';

let world: RecordingWorld;
beforeEach(() => {
  world = new RecordingWorld();
});
afterEach(() => world.close());

describe('a recording', () => {
  test('alone: from its start to its MP4', async () => {
    const recording = world.make();
    await recording.open();
    await recording.start();
    const path = join(world.folder, `${STEM}.mkv`);
    expect(world.stream.started).toEqual([{ id: 'recording', name: 'Recording', path }]);
    expect(statSync(world.folder).mode & 0o777).toBe(0o700);
    expect(world.unfinished()).toEqual([path]);
    expect(recording.snapshot).toMatchObject({
      state: 'starting',
      name: `${STEM}.mkv`,
      folder: world.folder,
    });
    world.stream.record({ state: 'live', bytes: 1e6 });
    expect(recording.snapshot).toMatchObject({ state: 'recording', startedAt: NOW, freeSeconds: null });
    world.now += 4000;
    world.stream.record({ bytes: 5e6 });
    expect(recording.snapshot).toMatchObject({
      seconds: 4,
      bytes: 5e6,
      freeBytes: 50e9,
      freeSeconds: 49_000,
    });
    await recording.stop();
    expect(recording.snapshot).toMatchObject({ state: 'off', reason: null });
    await recording.idle();
    expect(world.states).toEqual(['off', 'starting', 'recording', 'stopping', 'off']);
    expect(recording.snapshot.jobs).toMatchObject([{ name: `${STEM}.mp4`, state: 'done', progress: 1 }]);
    expect([world.listed(), world.unfinished(), world.told]).toEqual([[`${STEM}.mp4`], [], []]);
  });

  test('is left as it is where no MP4 is wanted', async () => {
    world.settings = { ...world.settings, remux: false };
    const recording = world.make();
    await recording.start();
    world.stream.record({ state: 'live' });
    await recording.stop();
    await recording.idle();
    expect([world.listed(), recording.snapshot.jobs, world.unfinished()]).toEqual([[`${STEM}.mkv`], [], []]);
  });

  test('overwrites nothing, and is one at a time', async () => {
    mkdirSync(world.folder);
    for (const taken of [`${STEM}.mkv`, `${STEM}-2.mp4`]) writeFileSync(join(world.folder, taken), 'mine');
    const recording = world.make();
    await recording.start();
    expect(recording.snapshot.name).toBe(`${STEM}-3.mkv`);
    await expect(recording.start()).rejects.toThrow('record.already-recording');
    world.stream.record({ state: 'live' });
    await recording.stop();
    await expect(recording.stop()).rejects.toThrow('record.not-recording');
    await recording.idle();
    expect(world.listed()).toEqual([`${STEM}-2.mp4`, `${STEM}-3.mp4`, `${STEM}.mkv`]);
  });

  test('that went on in files of their own keeps every part', async () => {
    const recording = world.make();
    await recording.start();
    world.stream.record({ state: 'live' });
    world.stream.record({ state: 'reconnecting', reason: 'media.crashed' });
    expect(recording.snapshot).toMatchObject({ state: 'recording', reason: 'media.crashed' });
    world.stream.record({ state: 'live', reason: null });
    expect(recording.snapshot.reason).toBeNull();
    writeFileSync(join(world.folder, `${STEM}-2.mkv`), 'part');
    await recording.stop();
    await recording.idle();
    expect(world.listed()).toEqual([`${STEM}-2.mp4`, `${STEM}.mp4`]);
  });

  test('that ends because the disk fills says so, and its file is kept', async () => {
    const recording = world.make();
    await recording.start();
    world.stream.mediaStatus = { ...world.stream.mediaStatus, diskFreeBytes: 2e9 };
    world.stream.record({ state: 'live', bytes: 1e6 });
    expect(recording.snapshot.freeBytes).toBe(2e9);
    world.stream.write();
    world.stream.record({ state: 'ended', reason: 'record.low-space' });
    expect(recording.snapshot).toMatchObject({ state: 'off', reason: 'record.low-space' });
    await recording.idle();
    expect([world.listed(), world.told]).toEqual([[`${STEM}.mp4`], ['record.low-space']]);
  });

  test('that fails says so, and what there is of it is kept', async () => {
    const recording = world.make();
    await recording.start();
    world.stream.record({ state: 'live' });
    world.stream.write();
    world.stream.record({ state: 'failed', reason: 'record.disk-full', frames: 5 });
    expect(recording.snapshot).toMatchObject({ state: 'failed', reason: 'record.disk-full' });
    await recording.idle();
    expect([world.listed(), world.told]).toEqual([[`${STEM}.mp4`], ['record.disk-full']]);
    world.now += 1000;
    await recording.start();
    // The stream still tells the last one's end.
    expect(recording.snapshot).toMatchObject({ state: 'starting', reason: null });
    world.stream.record({ state: 'live', reason: null });
    expect(recording.snapshot.state).toBe('recording');
  });

  test('whose session ends before it begins has failed', async () => {
    const recording = world.make();
    await recording.start();
    world.stream.tell({ phase: 'idle', reason: 'encoder.unsupported' });
    expect(recording.snapshot).toMatchObject({ state: 'failed', reason: 'encoder.unsupported' });
  });

  test('that is stopped before its first picture was no failure', async () => {
    const recording = world.make();
    await recording.start();
    world.stream.stopRecording = async () =>
      world.stream.record({ state: 'failed', reason: 'record.failed' });
    await recording.stop();
    await recording.idle();
    expect(recording.snapshot).toMatchObject({ state: 'off', reason: null });
    expect([world.listed(), world.unfinished(), world.told]).toEqual([[], [], []]);
  });
});

describe('no recording begins', () => {
  test('without room', async () => {
    world.free = 0.9e9;
    const recording = world.make();
    await expect(recording.start()).rejects.toThrow('record.low-space');
    expect(recording.snapshot).toMatchObject({ state: 'off', freeBytes: 0.9e9 });
    expect([world.stream.started, world.listed()]).toEqual([[], []]);
  });

  test('in a place that takes no files', async () => {
    writeFileSync(world.folder, 'a file');
    await expect(world.make().start()).rejects.toThrow('record.cannot-write');
    rmSync(world.folder);
    mkdirSync(world.folder);
    chmodSync(world.folder, 0o500);
    if (process.getuid?.() !== 0) await expect(world.make().start()).rejects.toThrow('record.cannot-write');
    chmodSync(world.folder, 0o700);
  });

  test('when the stream is not ready', async () => {
    world.stream.refuse = new ReasonError('stream.not-ready');
    const recording = world.make();
    await expect(recording.start()).rejects.toThrow('stream.not-ready');
    expect([recording.snapshot.state, world.unfinished()]).toEqual(['off', []]);
    world.stream.refuse = null;
    await recording.start();
  });
});

describe('beside a broadcast', () => {
  const live = { kind: 'broadcast', phase: 'live', sessionId: 'one' } as const;

  test('it begins and ends with it where the user wants that', async () => {
    world.settings = { ...world.settings, withStream: true };
    const recording = world.make();
    world.stream.tell({ ...live, phase: 'starting' });
    expect(recording.snapshot.state).toBe('off');
    world.stream.tell(live);
    await vi.waitFor(() => expect(world.stream.started).toHaveLength(1));
    world.stream.record({ state: 'live' });
    world.stream.tell({ phase: 'stopping' });
    world.stream.write();
    world.stream.record({ state: 'ended' });
    world.stream.tell({ phase: 'idle' });
    await recording.idle();
    expect([recording.snapshot.state, world.stream.stops, world.listed()]).toEqual([
      'off',
      0,
      [`${STEM}.mp4`],
    ]);
    world.now += 60_000;
    world.stream.tell({ ...live, sessionId: 'two' });
    await vi.waitFor(() => expect(world.stream.started).toHaveLength(2));
  });

  test('it does not begin again when the user has stopped it', async () => {
    world.settings = { ...world.settings, withStream: true };
    const recording = world.make();
    world.stream.tell(live);
    await vi.waitFor(() => expect(world.stream.started).toHaveLength(1));
    world.stream.record({ state: 'live' });
    await recording.stop();
    world.stream.tell({ elapsedSeconds: 10 });
    await recording.idle();
    expect(world.stream.started).toHaveLength(1);
  });

  test('one that was there before stays when the broadcast ends', async () => {
    world.settings = { ...world.settings, withStream: true };
    const recording = world.make();
    await recording.start();
    world.stream.record({ state: 'live' });
    world.stream.tell(live);
    world.stream.tell({ kind: 'recording', sessionId: null });
    await recording.idle();
    expect([world.stream.started.length, world.stream.stops, recording.snapshot.state]).toEqual([
      1,
      0,
      'recording',
    ]);
  });

  test('one of its own ends when only the broadcast does', async () => {
    world.settings = { ...world.settings, withStream: true };
    const recording = world.make();
    world.stream.tell(live);
    await vi.waitFor(() => expect(world.stream.started).toHaveLength(1));
    world.stream.record({ state: 'live' });
    world.stream.tell({ kind: 'recording', sessionId: null });
    await recording.idle();
    expect([world.stream.stops, recording.snapshot.state]).toEqual([1, 'off']);
  });

  test('why it could not begin is told, and the broadcast goes on', async () => {
    world.settings = { ...world.settings, withStream: true };
    world.free = 1e6;
    const recording = world.make();
    world.stream.tell(live);
    await vi.waitFor(() => expect(world.told).toEqual(['record.low-space']));
    expect(recording.snapshot).toMatchObject({ state: 'failed', reason: 'record.low-space' });
    world.stream.tell({ elapsedSeconds: 10 });
    await recording.idle();
    expect([world.stream.started, world.told]).toEqual([[], ['record.low-space']]);
  });
});

describe('a replay', () => {
  test('is saved beside the recordings, twice asked for once', async () => {
    const recording = world.make();
    await expect(recording.saveReplay()).rejects.toThrow('record.no-replay');
    expect(recording.snapshot.replay.reason).toBe('record.no-replay');
    world.stream.mediaStatus = { ...world.stream.mediaStatus, replaySeconds: 20 };
    const both = [recording.saveReplay(), recording.saveReplay()];
    expect(recording.snapshot.replay).toMatchObject({ seconds: 20, saving: true });
    const name = 'VIDA3 Replay 2026-11-22 23-14-05.mkv';
    expect(await Promise.all(both)).toEqual([{ name }, { name }]);
    expect(recording.snapshot.replay).toMatchObject({ saving: false, last: name, reason: null });
    await recording.idle();
    expect(world.listed()).toEqual([name.replace('.mkv', '.mp4')]);
    world.stream.refuseReplay = new ReasonError('record.failed');
    await expect(recording.saveReplay()).rejects.toThrow('record.failed');
    expect([recording.snapshot.replay.reason, world.unfinished()]).toEqual(['record.failed', []]);
  });
});
