import { describe, expect, test } from 'vitest';
import { classifyPublish, classifyRecord, type FfmpegExit } from './failure.ts';

const FAILED: FfmpegExit = { code: 1, signal: null, spawnError: null };

// Every text is what FFmpeg 5.1.9 said when it was made to fail in this way.
const BEFORE_LIVE = {
  'destination.refused': [
    '[tcp @ 0x5622cbeb2740] Connection to tcp://127.0.0.1:1?tcp_nodelay=0 failed: Connection refused',
    '[rtmp @ 0x5622cbeb2040] Cannot open connection tcp://127.0.0.1:1?tcp_nodelay=0',
    'rtmp://127.0.0.1:1/live: Connection refused',
  ],
  'destination.dns': [
    '[tcp @ 0x561db1713740] Failed to resolve hostname no-such-host.invalid: Name or service not known',
    '[rtmp @ 0x561db1713040] Cannot open connection tcp://no-such-host.invalid:1935?tcp_nodelay=0',
    'rtmp://no-such-host.invalid/live: Input/output error',
  ],
  'destination.timeout': [
    '[rtmp @ 0x55e7b3fe8c40] Cannot read RTMP handshake response',
    'rtmp://127.0.0.1:33831/live: Connection timed out',
  ],
  'destination.closed': [
    '[rtmp @ 0x5636ee0b2040] Cannot read RTMP handshake response',
    'rtmp://127.0.0.1:43285/live: Connection reset by peer',
  ],
  'destination.tls': [
    '[tls @ 0x5569d6f9d340] Peer certificate failed verification',
    '[rtmps @ 0x5569d6f9cc40] Cannot open connection tls://127.0.0.1:38439',
    'rtmps://127.0.0.1:38439/live: Input/output error',
  ],
  'destination.rejected': [
    '[rtmp @ 0x557d5f0dd0c0] Server error: Already publishing',
    'rtmp://127.0.0.1:1935/live: Operation not permitted',
  ],
} as const;

describe('classifyPublish', () => {
  test.each(Object.entries(BEFORE_LIVE))('%s on first connect', (reason, lines) => {
    expect(classifyPublish(lines, FAILED, false)).toBe(reason);
  });

  test('a server that closes after the handshake', () => {
    expect(classifyPublish(['rtmp://127.0.0.1:46725/live: Input/output error'], FAILED, false)).toBe(
      'destination.closed',
    );
  });

  test.each(['Broken pipe', 'Connection reset by peer', 'Input/output error'])('%s in mid-stream', (text) => {
    expect(classifyPublish([`av_interleaved_write_frame(): ${text}`], FAILED, true)).toBe(
      'destination.disconnected',
    );
  });

  test('a time-out in mid-stream is a stall', () => {
    const lines = ['av_interleaved_write_frame(): Connection timed out'];
    expect(classifyPublish(lines, FAILED, true)).toBe('destination.stalled');
  });

  test('an FFmpeg that was killed, or is not there', () => {
    expect(classifyPublish([], { code: null, signal: 'SIGKILL', spawnError: null }, true)).toBe(
      'ffmpeg.died',
    );
    expect(classifyPublish([], { code: null, signal: null, spawnError: 'ENOENT' }, false)).toBe(
      'ffmpeg.missing',
    );
  });

  test('words nobody knows', () => {
    expect(classifyPublish(['what?'], FAILED, false)).toBe('destination.failed');
  });
});

describe('classifyRecord', () => {
  test.each([
    ['av_interleaved_write_frame(): No space left on device', 'record.disk-full'],
    ['/tmp/nope/x.mkv: No such file or directory', 'record.cannot-write'],
    ['/tmp/: Is a directory', 'record.cannot-write'],
    ['/root/x.mkv: Permission denied', 'record.cannot-write'],
    ['[matroska @ 0x1] something else', 'record.failed'],
  ])('%s', (line, reason) => {
    expect(classifyRecord([line], FAILED)).toBe(reason);
  });
});
