import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { AdtsParser } from './adts.ts';
import { aacArgs } from './ffmpeg/args.ts';

const FFMPEG = process.env['VIDA3_FFMPEG'] ?? 'ffmpeg';
const missing = spawnSync(FFMPEG, ['-version']).error !== undefined;

describe.skipIf(missing)(`AdtsParser${missing ? ' (FFmpeg is not installed)' : ''}`, () => {
  const seconds = 1;
  const stream = missing ? Buffer.alloc(0) : execFileSync(FFMPEG, aacArgs(), { input: noise(seconds) });

  test('cuts a real stream the same way whatever its pieces are', () => {
    const whole = new AdtsParser().push(stream);
    // The encoder's priming comes before the sound, and the last frame is filled up.
    expect(whole.length).toBe(Math.ceil((seconds * 48_000) / 1024) + 1);
    const parser = new AdtsParser();
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < stream.length; at += 13) pieces.push(...parser.push(stream.subarray(at, at + 13)));
    expect(pieces).toEqual(whole);
  });

  test('finds its way back after rubbish', () => {
    const whole = new AdtsParser().push(stream);
    const rubbish = Buffer.concat([Buffer.from([1, 2, 0xff, 3]), stream]);
    expect(new AdtsParser().push(rubbish)).toEqual(whole);
  });
});

function noise(seconds: number): Buffer {
  const samples = Buffer.alloc(seconds * 48_000 * 4);
  let value = 1;
  for (let at = 0; at < samples.length; at += 2) {
    value = (value * 1103515245 + 12345) & 0x7fffffff;
    samples.writeInt16LE((value % 8000) - 4000, at);
  }
  return samples;
}
