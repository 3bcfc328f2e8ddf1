import { expect, test } from 'vitest';
import { FFMPEG_ENCODERS, type FfmpegEncoder } from '../../../shared/domain/encoding.ts';
import { encoderArgs, rawEncodeArgs, trialArgs } from './encoder-args.ts';

const ENCODERS = Object.keys(FFMPEG_ENCODERS) as FfmpegEncoder[];
const TARGET = { width: 1280, height: 720, bitrateKbps: 3000 };

function optionOf(args: readonly string[], option: string): string | undefined {
  const at = args.indexOf(option);
  return at < 0 ? undefined : args[at + 1];
}

test.each(ENCODERS)('%s: constant bitrate, a key frame every two seconds, no B-frames', (encoder) => {
  const args = encoderArgs(encoder, TARGET, 30);
  expect(optionOf(args, '-c:v')).toBe(FFMPEG_ENCODERS[encoder]);
  for (const option of ['-b:v', '-maxrate', '-bufsize']) expect(optionOf(args, option)).toBe('3000k');
  expect(optionOf(args, '-g')).toBe('60');
  expect(optionOf(args, '-bf')).toBe('0');
  expect(optionOf(args, '-color_range')).toBe('tv');
  if (encoder !== 'mf') expect(optionOf(args, '-level:v')).toBe('31');
});

test('what differs from encoder to encoder', () => {
  expect(encoderArgs('libx264', TARGET, 30).join(' ')).toContain('-preset veryfast -tune zerolatency');
  expect(encoderArgs('nvenc', TARGET, 30).join(' ')).toContain('-rc cbr -delay 0');
  expect(encoderArgs('qsv', TARGET, 30).join(' ')).toContain('-async_depth 1 -look_ahead 0');
  expect(encoderArgs('amf', TARGET, 30).join(' ')).toContain('-usage lowlatency');
  expect(encoderArgs('videotoolbox', TARGET, 30).join(' ')).toContain('-realtime 1');
  expect(encoderArgs('mf', TARGET, 30).join(' ')).toContain('-rate_control cbr');
  const vaapi = trialArgs('vaapi');
  expect(vaapi.indexOf('-vaapi_device')).toBeLessThan(vaapi.indexOf('-i'));
  expect(optionOf(vaapi, '-vf')).toMatch(/format=nv12,hwupload$/);
});

test.each(ENCODERS)("%s: the preset of libx264 is nobody else's", (encoder) => {
  const line = encoderArgs(encoder, { ...TARGET, preset: 'ultrafast' }, 30).join(' ');
  if (encoder === 'libx264') expect(line).toContain('-preset ultrafast -tune zerolatency');
  else expect(line).toBe(encoderArgs(encoder, TARGET, 30).join(' '));
});

test('only another size is scaled', () => {
  const same = rawEncodeArgs('libx264', TARGET, TARGET, 30);
  expect(optionOf(same, '-vf')).not.toContain('scale');
  expect(optionOf(same, '-s')).toBe('1280x720');
  const other = rawEncodeArgs('libx264', TARGET, { width: 640, height: 360, bitrateKbps: 800 }, 29.97);
  expect(optionOf(other, '-vf')).toContain('scale=640:360');
  expect(optionOf(other, '-profile:v')).toBe('main');
  expect(optionOf(other, '-g')).toBe('60');
});
