import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeRgba, probe, remuxToMp4, toWav, toY4m } from './jobs.ts';

const FFMPEG = process.env['VIDA3_FFMPEG'] ?? 'ffmpeg';
const missing = spawnSync(FFMPEG, ['-version']).error !== undefined;

describe.skipIf(missing)(`file jobs${missing ? ' (FFmpeg is not installed)' : ''}`, () => {
  let folder: string;
  let clip: string;
  let text: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'vida3-jobs-'));
    clip = join(folder, 'a clip.mp4');
    text = join(folder, 'text.mp4');
    writeFileSync(text, 'this is no video');
    execFileSync(FFMPEG, [
      ...['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=128x96:r=10:d=1', '-f', 'lavfi', '-i', 'sine=d=1'],
      ...['-c:v', 'mpeg4', '-c:a', 'aac', '-shortest', clip],
    ]);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('probe tells size, rate and sound', async () => {
    const found = await probe(FFMPEG, clip);
    expect(found.video).toEqual({ codec: 'mpeg4', width: 128, height: 96, fps: 10 });
    expect(found.audio?.codec).toBe('aac');
  });

  test('a camera file: rate, length, size', async () => {
    const out = join(folder, 'camera.y4m');
    const progress: number[] = [];
    await toY4m(FFMPEG, clip, out, {
      fps: 15,
      maxSeconds: 0.8,
      maxWidth: 64,
      onProgress: (done) => progress.push(done),
    });
    const data = readFileSync(out);
    expect(data.subarray(0, 60).toString('latin1')).toMatch(/^YUV4MPEG2 W64 H48 F15:1 /);
    expect(data.toString('latin1').split('FRAME\n')).toHaveLength(12 + 1);
    expect(progress.at(-1)).toBe(1);
  });

  test('a microphone file: 48 kHz stereo', async () => {
    const out = join(folder, 'microphone.wav');
    await toWav(FFMPEG, clip, out);
    const data = readFileSync(out);
    expect([data.readUInt16LE(22), data.readUInt32LE(24), data.readUInt16LE(34)]).toEqual([2, 48000, 16]);
  });

  test('every picture of a clip as RGBA', async () => {
    const decoded = await decodeRgba(FFMPEG, clip);
    let bytes = 0;
    for await (const chunk of decoded.stream) bytes += (chunk as Buffer).length;
    expect(decoded).toMatchObject({ width: 128, height: 96, fps: 10, frames: 10 });
    expect(bytes).toBe(10 * 128 * 96 * 4);
  });

  test('what cannot be used has a reason', async () => {
    const out = join(folder, 'out');
    await expect(toY4m(FFMPEG, text, out, { fps: 15 })).rejects.toMatchObject({
      reason: 'camera.not-a-video',
    });
    await expect(toWav(FFMPEG, text, out)).rejects.toMatchObject({ reason: 'microphone.not-audio' });
    await expect(decodeRgba(FFMPEG, text)).rejects.toMatchObject({ reason: 'camera.not-a-video' });
    await expect(probe(FFMPEG, join(folder, 'gone'))).rejects.toMatchObject({
      reason: 'camera.file-missing',
    });
    await expect(probe('/nowhere/ffmpeg', clip)).rejects.toMatchObject({ reason: 'ffmpeg.missing' });
  });

  describe('a recording made an MP4', () => {
    let recording: string;
    let out: string;

    beforeAll(() => {
      recording = join(folder, 'show 2026-11-22.mkv');
      out = join(folder, 'show 2026-11-22.mp4.part');
      execFileSync(FFMPEG, [
        ...[
          '-v',
          'error',
          '-f',
          'lavfi',
          '-i',
          'testsrc2=s=128x96:r=10:d=6',
          '-f',
          'lavfi',
          '-i',
          'sine=d=6',
        ],
        ...[
          '-c:v',
          'mpeg4',
          '-b:v',
          '400k',
          '-g',
          '10',
          '-c:a',
          'aac',
          '-cluster_time_limit',
          '500',
          recording,
        ],
      ]);
    });

    test('has every picture and the sound, its index first', async () => {
      const progress: number[] = [];
      await remuxToMp4(FFMPEG, recording, out, { onProgress: (done) => progress.push(done) });
      expect(progress.at(-1)).toBe(1);
      const found = await probe(FFMPEG, out);
      expect([found.video?.codec, found.audio?.codec]).toEqual(['mpeg4', 'aac']);
      expect(found.durationSeconds).toBeCloseTo(6, 0);
      const head = readFileSync(out).toString('latin1');
      expect(head.indexOf('moov')).toBeLessThan(head.indexOf('mdat'));
      const whole = await decodeRgba(FFMPEG, out);
      whole.stream.destroy();
      expect(whole.frames).toBe(60);
    });

    test('also when the file was cut in the middle', async () => {
      const cut = join(folder, 'cut.mkv');
      const bytes = readFileSync(recording);
      writeFileSync(cut, bytes.subarray(0, Math.floor(bytes.length * 0.6)));
      await remuxToMp4(FFMPEG, cut, out);
      const { durationSeconds } = await probe(FFMPEG, out);
      expect(durationSeconds).toBeGreaterThan(2);
      expect(durationSeconds).toBeLessThan(5);
    });

    test('leaves nothing when it fails or is aborted, and the recording as it was', async () => {
      const reason = { reason: 'record.remux-failed' };
      await expect(remuxToMp4(FFMPEG, text, out)).rejects.toMatchObject(reason);
      await expect(remuxToMp4(FFMPEG, join(folder, 'gone'), out)).rejects.toMatchObject(reason);
      await expect(remuxToMp4(FFMPEG, recording, join(folder, 'no', 'folder'))).rejects.toMatchObject(reason);
      const why = new Error('enough');
      const abort = new AbortController();
      const running = remuxToMp4(FFMPEG, recording, out, {
        signal: abort.signal,
        onProgress: () => abort.abort(why),
      });
      await expect(running).rejects.toBe(why);
      expect(existsSync(out)).toBe(false);
      expect(existsSync(recording)).toBe(true);
    });
  });
});
