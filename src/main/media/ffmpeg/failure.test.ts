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

// The same from FFmpeg 7.0.2.
const BEFORE_LIVE_7 = {
  'destination.refused': [
    '[out#0/flv @ 0x3] Error opening output rtmp://127.0.0.1:9/live: Connection refused',
  ],
  'destination.closed': [
    '[out#0/flv @ 0x4] Error opening output rtmp://127.0.0.1:38757/live: Connection reset by peer',
    'Error opening output files: Connection reset by peer',
  ],
  'destination.tls': [
    '[tls @ 0x2] Peer certificate failed verification',
    '[out#0/flv @ 0x2] Error opening output rtmps://127.0.0.1:38871/live: Input/output error',
  ],
  'destination.rejected': [
    '[rtmp @ 0x3] Server error: Already publishing',
    '[out#0/flv @ 0x3] Error opening output rtmp://127.0.0.1:38147/live: Operation not permitted',
  ],
} as const;

// What other TLS libraries and Windows say.
const ELSEWHERE: [string, string][] = [
  ['destination.tls', 'error:0A000086:SSL routines::certificate verify failed'],
  ['destination.tls', '[tls @ 0x1] mbedtls_ssl_handshake returned -0x2700'],
  ['destination.tls', '[tls @ 0x1] Unable to negotiate TLS/SSL session: -9807'],
  ['destination.tls', '[tls @ 0x1] Creating security context failed (0x80090325)'],
  ['destination.refused', 'Connection to tcp://h:1935?tcp_nodelay=0 failed: Error number -10061 occurred'],
  ['destination.timeout', 'rtmp://h/live: Error number -10060 occurred'],
  ['destination.closed', 'rtmp://h/live: Error number -10054 occurred'],
  ['destination.dns', 'Failed to resolve hostname h: No such host is known.'],
  ['destination.rejected', 'Server error: Stream not found: bad name'],
];

describe('classifyPublish', () => {
  test.each(Object.entries(BEFORE_LIVE_7))('%s on first connect, FFmpeg 7', (reason, lines) => {
    expect(classifyPublish(lines, FAILED, false)).toBe(reason);
  });

  test.each(ELSEWHERE)('%s: %s', (reason, line) => {
    expect(classifyPublish([line, 'Error opening output files: Input/output error'], FAILED, false)).toBe(
      reason,
    );
  });

  test('FFmpeg 7 in mid-stream', () => {
    const lines = ['[out#0/flv @ 0x2] Terminating thread with return code -32 (Broken pipe)'];
    expect(classifyPublish(lines, FAILED, true)).toBe('destination.disconnected');
    const late = ['[out#0/flv @ 0x3] Task finished with error code: -110 (Connection timed out)'];
    expect(classifyPublish(late, FAILED, true)).toBe('destination.stalled');
  });

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
