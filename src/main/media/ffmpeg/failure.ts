import type { Reason } from '../../../shared/errors.ts';

export interface FfmpegExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** System error of the start itself, for example `ENOENT`. */
  readonly spawnError: string | null;
}

type Rule = readonly [pattern: RegExp, before: Reason, after?: Reason];

/** In order of how much each line tells: FFmpeg ends most failures with the same `Input/output error`. */
const RTMP_RULES: readonly Rule[] = [
  [
    /certificate|verification failed|TLS (fatal|handshake|packet|connection was non)|SSL_|SSL routines|TLS\/SSL|mbedtls_ssl|security context failed|tls_write|IO Error: .*tls/i,
    'destination.tls',
  ],
  [
    /failed to resolve hostname|name or service not known|no address associated|no such host is known/i,
    'destination.dns',
  ],
  [
    /server error:|NetStream\.Publish\.(BadName|Denied|Rejected|Unauthorized)|Connect\.Rejected|already publishing/i,
    'destination.rejected',
  ],
  [/connection refused|error number -10061\b/i, 'destination.refused', 'destination.disconnected'],
  [
    /timed out|network is unreachable|no route to host|host is down|error number -100(51|60|64|65)\b/i,
    'destination.timeout',
    'destination.stalled',
  ],
  [
    /handshake|connection reset|broken pipe|end of file|connection aborted|forcibly closed|error number -100(53|54)\b/i,
    'destination.closed',
    'destination.disconnected',
  ],
  [/input\/output error|error writing|i\/o error/i, 'destination.closed', 'destination.disconnected'],
  [/protocol not found|invalid argument|option .* not found/i, 'destination.failed'],
];

const FILE_RULES: readonly Rule[] = [
  [/no space left|disk quota exceeded|not enough space/i, 'record.disk-full'],
  [
    /permission denied|no such file or directory|is a directory|read-only file system|not a directory|file name too long/i,
    'record.cannot-write',
  ],
];

/**
 * Why an FFmpeg that publishes to RTMP ended. Its exit code is 1 for nearly everything, so its words decide.
 * @param lines last lines of stderr, @param wasLive the server had taken the publish.
 */
export function classifyPublish(lines: readonly string[], exit: FfmpegExit, wasLive: boolean): Reason {
  if (exit.spawnError) return 'ffmpeg.missing';
  const reason = firstMatch(RTMP_RULES, lines, wasLive);
  if (exit.signal) return 'ffmpeg.died';
  if (reason) return reason;
  return wasLive ? 'destination.disconnected' : 'destination.failed';
}

/** Why an FFmpeg that writes a file ended. */
export function classifyRecord(lines: readonly string[], exit: FfmpegExit): Reason {
  if (exit.spawnError) return 'ffmpeg.missing';
  return firstMatch(FILE_RULES, lines, false) ?? 'record.failed';
}

function firstMatch(rules: readonly Rule[], lines: readonly string[], wasLive: boolean): Reason | null {
  for (const [pattern, before, after] of rules) {
    if (lines.some((line) => pattern.test(line))) return wasLive ? (after ?? before) : before;
  }
  return null;
}
