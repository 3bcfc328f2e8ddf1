import { extname } from 'node:path';
import { ReasonError } from '../../../shared/errors.ts';

/** A network operation of FFmpeg that takes longer has failed. */
export const RW_TIMEOUT_SECONDS = 5;
/** FFmpeg reads presets line by line into a fixed buffer of 1000 bytes. */
const PRESET_LINE_MAX_BYTES = 990;

const COMMON = ['-hide_banner', '-nostdin', '-loglevel', 'warning', '-nostats'] as const;
const PROGRESS = ['-progress', 'pipe:1', '-stats_period', '0.25'] as const;
const MATROSKA_IN = ['-probesize', '32', '-analyzeduration', '0', '-f', 'matroska', '-i', 'pipe:0'] as const;
const COPY = ['-map', '0', '-c', 'copy', '-flush_packets', '1'] as const;

/**
 * Matroska on stdin → RTMP, everything copied. The key is not among the arguments, where every user of the
 * machine could read it: see {@link publishPreset}.
 * @param server `rtmp(s)://host[:port]/app` without key.
 * @param presetPath file that holds the preset.
 * @param caFile bundle of accepted certificate authorities; null uses what FFmpeg's TLS library has.
 */
export function publishArgs(server: string, presetPath: string, caFile: string | null): string[] {
  const secure = server.toLowerCase().startsWith('rtmps:');
  return [
    ...COMMON,
    ...PROGRESS,
    ...MATROSKA_IN,
    ...COPY,
    ...['-flvflags', 'no_duration_filesize'],
    ...['-rw_timeout', String(RW_TIMEOUT_SECONDS * 1e6), '-send_buffer_size', '65536'],
    ...(secure ? ['-tls_verify', '1', ...(caFile ? ['-ca_file', caFile] : [])] : []),
    ...['-fpre', presetPath, '-f', 'flv', server],
  ];
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
 * Matroska on stdin → a file that stays readable up to its last fragment when everything dies.
 * The container follows the extension: .mp4/.m4v/.mov (fragmented), .flv, else Matroska.
 */
export function recordArgs(path: string): string[] {
  return [...COMMON, ...PROGRESS, '-y', ...MATROSKA_IN, ...COPY, ...containerArgs(path), `file:${path}`];
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
