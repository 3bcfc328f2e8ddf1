import { extname } from 'node:path';
import { ReasonError } from '../../../shared/errors.ts';

/**
 * A network operation of FFmpeg that takes longer has failed. Our own watch comes first: after this time-out FFmpeg
 * goes on to write a trailer and waits as long again.
 */
const RW_TIMEOUT_SECONDS = 10;
/** A peer that hangs must be felt here soon; a far one with a high bitrate needs room for what is under way. */
const SEND_BUFFER_MIN_BYTES = 65_536;
const SEND_BUFFER_SECONDS = 0.3;
/** FFmpeg reads presets line by line into a fixed buffer of 1000 bytes. */
const PRESET_LINE_MAX_BYTES = 990;

const COMMON = ['-hide_banner', '-nostdin', '-loglevel', 'warning', '-nostats'] as const;
const PROGRESS = ['-progress', 'pipe:1', '-stats_period', '0.25'] as const;
/**
 * Both tracks are looked at before the output is opened, for at most a second of the stream: FLV has no place for a
 * sample rate of 48 kHz, FFmpeg learns it from the first sound. What it has looked at is not lost.
 */
const FLV_IN = ['-analyzeduration', '1000000', '-fpsprobesize', '0', '-f', 'flv', '-i', 'pipe:0'] as const;
const COPY = ['-map', '0', '-c', 'copy', '-flush_packets', '1'] as const;

/**
 * FFmpeg's own TLS, which believes the authorities of a bundle; or somebody else's behind a port on loopback, and the
 * address that the server is to be told.
 */
export type PublishTls =
  | { readonly caFile: string }
  | { readonly tunnelPort: number; readonly tcUrl: string };

/** Socket send buffer for a stream of this bitrate. */
export function sendBufferBytes(bitrateKbps: number): number {
  return Math.max(SEND_BUFFER_MIN_BYTES, Math.round((bitrateKbps / 8) * 1000 * SEND_BUFFER_SECONDS));
}

/**
 * FLV on stdin → RTMP, everything copied. The key is not among the arguments, where every user of the
 * machine could read it: see {@link publishPreset}.
 * @param server `rtmp(s)://host[:port]/app` without key.
 * @param presetPath file that holds the preset.
 * @param tls how rtmps is done; null with rtmp.
 * @param bitrateKbps of the stream, 0 when it is not known.
 */
export function publishArgs(
  server: string,
  presetPath: string,
  tls: PublishTls | null,
  bitrateKbps = 0,
): string[] {
  const [address, options] = tls ? secured(server, tls) : [server, []];
  return [
    ...COMMON,
    ...PROGRESS,
    ...FLV_IN,
    ...COPY,
    ...['-flvflags', 'no_duration_filesize'],
    ...[
      '-rw_timeout',
      String(RW_TIMEOUT_SECONDS * 1e6),
      '-send_buffer_size',
      String(sendBufferBytes(bitrateKbps)),
    ],
    ...options,
    ...['-fpre', presetPath, '-f', 'flv', address],
  ];
}

function secured(server: string, tls: PublishTls): [address: string, options: string[]] {
  if ('caFile' in tls) return [server, ['-tls_verify', '1', '-ca_file', tls.caFile]];
  const behind = server.replace(/^rtmps:\/\/[^/]+/i, `rtmp://127.0.0.1:${tls.tunnelPort}`);
  return [behind, ['-rtmp_tcurl', tls.tcUrl]];
}

/**
 * The secret part of a publish address as a preset.
 * @throws ReasonError `destination.bad-url` when FFmpeg could not read it.
 */
export function publishPreset(app: string, key: string): string {
  const lines = [`rtmp_app=${app}`, `rtmp_playpath=${key}`];
  for (const line of lines) {
    if (Buffer.byteLength(line) > PRESET_LINE_MAX_BYTES || /[\r\n]/.test(line)) {
      throw new ReasonError('destination.bad-url', 'the stream key is too long');
    }
  }
  return `${lines.join('\n')}\n`;
}

/**
 * FLV on stdin → a file that stays readable up to its last fragment when everything dies.
 * The container follows the extension: .mp4/.m4v/.mov (fragmented), .flv, else Matroska.
 */
export function recordArgs(path: string): string[] {
  return [...COMMON, ...PROGRESS, '-y', ...FLV_IN, ...COPY, ...containerArgs(path), `file:${path}`];
}

function containerArgs(path: string): string[] {
  switch (extname(path).toLowerCase()) {
    case '.mp4':
    case '.m4v':
      return ['-movflags', 'frag_keyframe+empty_moov+default_base_moof', '-f', 'mp4'];
    case '.mov':
      return ['-movflags', 'frag_keyframe+empty_moov+default_base_moof', '-f', 'mov'];
    case '.flv':
      return ['-f', 'flv'];
    default:
      return ['-f', 'matroska'];
  }
}

/** 48 kHz stereo s16le on stdin → ADTS AAC-LC at 128 kb/s on stdout, frame by frame. */
export function aacArgs(): string[] {
  return [
    ...COMMON,
    ...[
      '-probesize',
      '32',
      '-analyzeduration',
      '0',
      '-f',
      's16le',
      '-ar',
      '48000',
      '-ac',
      '2',
      '-i',
      'pipe:0',
    ],
    ...[
      '-c:a',
      'aac',
      '-profile:a',
      'aac_low',
      '-b:a',
      '128k',
      '-flush_packets',
      '1',
      '-f',
      'adts',
      'pipe:1',
    ],
  ];
}
