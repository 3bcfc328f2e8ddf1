import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeRgba, probe, toWav, toY4m } from './jobs.ts';

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
});
