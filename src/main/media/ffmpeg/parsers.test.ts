import { describe, expect, test } from 'vitest';
import { publishArgs, publishPreset, recordArgs, sendBufferBytes } from './args.ts';
import { redactSecrets } from './child.ts';
import { isNewEnough, locateFfmpeg, parseVersion } from './locate.ts';
import { parseProbe } from './probe.ts';
import { ProgressParser } from './progress.ts';

describe('arguments', () => {
  test('the key is in the preset and not among the arguments', () => {
    expect(publishPreset('live/inst', 'k?a=1&b=2')).toBe('rtmp_app=live/inst\nrtmp_playpath=k?a=1&b=2\n');
    const args = publishArgs('rtmp://host/live', '/dev/fd/3', null);
    expect(args.slice(-5)).toEqual(['-fpre', '/dev/fd/3', '-f', 'flv', 'rtmp://host/live']);
    expect(args).not.toContain('-tls_verify');
  });

  test('certificates are verified on rtmps', () => {
    const args = publishArgs('rtmps://host/live', '/dev/fd/3', { caFile: '/ca.pem' });
    expect(args.join(' ')).toContain('-tls_verify 1 -ca_file /ca.pem');
  });

  test('behind a tunnel the server hears its own address', () => {
    const tls = { tunnelPort: 4321, tcUrl: 'rtmps://host:443/live2?backup=1' };
    const args = publishArgs('rtmps://[::1]:444/live2?backup=1', '/dev/fd/3', tls);
    expect(args.slice(-5)).toEqual([
      '-fpre',
      '/dev/fd/3',
      '-f',
      'flv',
      'rtmp://127.0.0.1:4321/live2?backup=1',
    ]);
    expect(args.join(' ')).toContain('-rtmp_tcurl rtmps://host:443/live2?backup=1');
    expect(args).not.toContain('-tls_verify');
  });

  test('the send buffer is small, but holds what a fast stream has under way to a far server', () => {
    expect(sendBufferBytes(0)).toBe(65_536);
    expect(sendBufferBytes(1000)).toBe(65_536);
    expect(sendBufferBytes(6000)).toBe(225_000);
    expect(publishArgs('rtmp://host/live', '/x', null, 6000).join(' ')).toContain('-send_buffer_size 225000');
  });

  test('a key FFmpeg could not read is refused', () => {
    expect(() => publishPreset('live', 'x'.repeat(1000))).toThrow('destination.bad-url');
    expect(() => publishPreset('live', 'a\nrtmp_app=b')).toThrow('destination.bad-url');
  });

  test.each([
    ['/a/show.mp4', 'mp4'],
    ['/a/show.FLV', 'flv'],
    ['/a/show.mkv', 'matroska'],
    ['/a/show', 'matroska'],
  ])('%s is written as %s', (path, format) => {
    expect(recordArgs(path).slice(-2)).toEqual([format, `file:${path}`]);
  });
});

test('secrets become dots, a key of one letter does not spoil every word', () => {
  expect(redactSecrets('no live_a+b?c=1 here, live_a+b?c=1', ['live_a+b?c=1'])).toBe('no •••• here, ••••');
  expect(redactSecrets('Connection broken: rtmp://h/live/k', ['k'])).toBe(
    'Connection broken: rtmp://h/live/••••',
  );
  expect(redactSecrets('text', [''])).toBe('text');
});

describe('ProgressParser', () => {
  test('reads reports that arrive in pieces', () => {
    const parser = new ProgressParser();
    const text =
      'frame=30\nfps=0.0\nbitrate= 512.2kbits/s\ntotal_size=65536\nout_time_us=1023000\nprogress=continue\n';
    expect(parser.push(text.slice(0, 50))).toEqual([]);
    expect(parser.push(text.slice(50))).toEqual([
      { totalSize: 65536, outTimeMs: 1023, frame: 30, ended: false },
    ]);
    expect(parser.push('total_size=N/A\nout_time_us=N/A\nprogress=end\n')).toEqual([
      { totalSize: 65536, outTimeMs: null, frame: 30, ended: true },
    ]);
  });
});

describe('parseVersion', () => {
  test.each([
    ['ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000-2026 the FFmpeg developers', [5, 1]],
    ['ffmpeg version n8.0 Copyright', [8, 0]],
    ['ffmpeg version 4.4.2-0ubuntu0.22.04.1 Copyright', [4, 4]],
    ['ffmpeg version N-118000-g1234567 Copyright', null],
  ])('%s', (line, number) => {
    expect(parseVersion(line)?.number).toEqual(number);
  });

  test('5.1 is new enough, a development build as well', () => {
    expect(isNewEnough([5, 1])).toBe(true);
    expect(isNewEnough([8, 0])).toBe(true);
    expect(isNewEnough([5, 0])).toBe(false);
    expect(isNewEnough(null)).toBe(true);
  });

  test('what is no FFmpeg has no version', () => {
    expect(parseVersion('bash: ffmpeg: not found')).toBeNull();
  });
});

test('locateFfmpeg believes VIDA3_FFMPEG and nothing else when it is set', async () => {
  await expect(locateFfmpeg({ ...process.env, VIDA3_FFMPEG: '/nowhere/ffmpeg' })).rejects.toMatchObject({
    reason: 'ffmpeg.missing',
  });
});

describe('parseProbe', () => {
  test('a clip', () => {
    const stderr = `Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'clip.mp4':
  Metadata:
    major_brand     : isom
  Duration: 00:00:07.20, start: 0.000000, bitrate: 981 kb/s
  Stream #0:0[0x1](und): Video: h264 (High) (avc1 / 0x31637661), yuv420p(progressive), 640x480, 977 kb/s, 30 fps, 30 tbr, 15360 tbn (default)
    Metadata:
      handler_name    : VideoHandler
  Stream #0:1[0x2](und): Audio: aac (LC) (mp4a / 0x6134706D), 48000 Hz, stereo, fltp, 128 kb/s (default)
At least one output file must be specified`;
    expect(parseProbe(stderr)).toEqual({
      durationSeconds: 7.2,
      video: { codec: 'h264', width: 640, height: 480, fps: 30 },
      audio: { codec: 'aac', sampleRate: 48000 },
    });
  });

  test('a clip of a phone held upright', () => {
    const stderr = `  Duration: 00:00:01.00, start: 0.000000, bitrate: 981 kb/s
  Stream #0:0(und): Video: h264, yuv420p, 1920x1080, 977 kb/s, 29.97 fps, 30 tbr (default)
    Side data:
      displaymatrix: rotation of -90.00 degrees`;
    expect(parseProbe(stderr).video).toEqual({ codec: 'h264', width: 1080, height: 1920, fps: 29.97 });
  });

  test('the cover of a song is no video', () => {
    const stderr = `  Duration: 00:03:00.00, start: 0.000000, bitrate: 192 kb/s
  Stream #0:0: Audio: mp3, 44100 Hz, stereo, fltp, 192 kb/s
  Stream #0:1: Video: mjpeg (Baseline), yuvj420p, 600x600, 90k tbr (attached pic)`;
    expect(parseProbe(stderr)).toMatchObject({ video: null, audio: { codec: 'mp3', sampleRate: 44100 } });
  });
});
