import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ReasonError } from '../../../shared/errors.ts';
import { probe, remuxToMp4 } from '../../media/ffmpeg/jobs.ts';
import { RecordingWorld } from './recording-support.ts';

const FFMPEG = process.env['VIDA3_FFMPEG'] ?? 'ffmpeg';
const noFfmpeg = spawnSync(FFMPEG, ['-version']).error !== undefined;

let world: RecordingWorld;
beforeEach(() => {
  world = new RecordingWorld();
});
afterEach(() => world.close());

describe('making MP4s', () => {
  const crashed = (...names: string[]) => {
    mkdirSync(world.folder);
    const paths = names.map((name) => join(world.folder, name));
    for (const path of paths) writeFileSync(path, 'matroska');
    writeFileSync(join(world.home, 'recordings.json'), JSON.stringify({ files: paths }));
  };

  test('what a run that crashed left is taken up', async () => {
    crashed('a.mkv', 'b.mkv');
    for (const name of ['a-2.mkv', 'a.mp4.part']) writeFileSync(join(world.folder, name), 'more of it');
    rmSync(join(world.folder, 'b.mkv'));
    const recording = world.make();
    await recording.open();
    await recording.idle();
    expect([world.listed(), world.unfinished()]).toEqual([['a-2.mp4', 'a.mp4'], []]);
  });

  test('a list that cannot be read stops nothing', async () => {
    writeFileSync(join(world.home, 'recordings.json'), '{"files":[7]}');
    const recording = world.make();
    await recording.open();
    await recording.start();
  });

  test('files of a disk that is away are remembered', async () => {
    const away = join(world.home, 'away', 'a.mkv');
    writeFileSync(join(world.home, 'recordings.json'), JSON.stringify({ files: [away] }));
    const recording = world.make();
    await recording.open();
    await recording.start();
    expect(world.unfinished()).toContain(away);
  });

  test('one at a time; one that fails or is cancelled keeps its recording', async () => {
    crashed('a.mkv', 'b.mkv', 'c.mkv');
    const running: string[] = [];
    const go = Promise.withResolvers<void>();
    world.remux = async (source, target, { signal }) => {
      running.push(source);
      writeFileSync(target, 'half');
      if (source.endsWith('a.mkv')) throw new ReasonError('record.remux-failed', 'no');
      go.resolve();
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    };
    const recording = world.make();
    await recording.open();
    await go.promise;
    expect(running).toHaveLength(2);
    expect(recording.snapshot.jobs.map(({ state, reason }) => [state, reason])).toEqual([
      ['waiting', null],
      ['running', null],
      ['failed', 'record.remux-failed'],
    ]);
    expect(existsSync(join(world.folder, 'b.mp4.part'))).toBe(true);
    for (const { id } of recording.snapshot.jobs) recording.cancelJob(id);
    recording.cancelJob('unknown');
    await recording.idle();
    expect(recording.snapshot.jobs.map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'failed']);
    expect([world.listed(), world.unfinished()]).toEqual([['a.mkv', 'b.mkv', 'c.mkv'], []]);
  });

  test('one that the end of the studio interrupts is done at the next start', async () => {
    crashed('a.mkv');
    const go = Promise.withResolvers<void>();
    const copies = world.remux;
    world.remux = async (_source, target, { signal }) => {
      writeFileSync(target, 'half');
      go.resolve();
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    };
    const first = world.make();
    await first.open();
    await go.promise;
    await first.close();
    expect([world.listed(), world.unfinished()]).toEqual([['a.mkv'], [join(world.folder, 'a.mkv')]]);
    world.remux = copies;
    const second = world.make();
    await second.open();
    await second.idle();
    expect([world.listed(), world.unfinished()]).toEqual([['a.mp4'], []]);
  });

  test('without room for a second copy the recording stays', async () => {
    crashed('a.mkv');
    world.free = 50e6;
    const recording = world.make();
    await recording.open();
    await recording.idle();
    expect(recording.snapshot.jobs).toMatchObject([{ state: 'failed', reason: 'record.remux-failed' }]);
    expect(world.listed()).toEqual(['a.mkv']);
  });

  test('a snapshot holds the newest fifty', async () => {
    crashed(...Array.from({ length: 53 }, (_, at) => `${at}.mkv`));
    const recording = world.make();
    await recording.open();
    await recording.idle();
    expect(recording.snapshot.jobs).toHaveLength(50);
    expect(world.listed().every((name) => name.endsWith('.mp4'))).toBe(true);
  });

  test.skipIf(noFfmpeg)(
    `with a real FFmpeg, of a file that was cut short${noFfmpeg ? ' (not installed)' : ''}`,
    async () => {
      crashed('a.mkv');
      const file = join(world.folder, 'a.mkv');
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
      world.remux = (source, target, options) => remuxToMp4(FFMPEG, source, target, options);
      const recording = world.make();
      await recording.open();
      await recording.idle();
      expect(recording.snapshot.jobs).toMatchObject([{ state: 'done' }]);
      expect(world.listed()).toEqual(['a.mp4']);
      expect((await probe(FFMPEG, join(world.folder, 'a.mp4'))).durationSeconds).toBeGreaterThan(1.5);
    },
  );
});
