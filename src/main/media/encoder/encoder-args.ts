import { assertNever } from '../../../shared/assert-never.ts';
import {
  FFMPEG_ENCODERS,
  type FfmpegEncoder,
  h264Profile,
  X264_PRESETS,
  type X264Preset,
} from '../../../shared/domain/encoding.ts';
import { h264Level } from '../../../shared/domain/h264-level.ts';

const KEY_SECONDS = 2;
const VAAPI_DEVICE = '/dev/dri/renderD128';
const QUIET = ['-hide_banner', '-nostdin', '-loglevel', 'warning', '-nostats'] as const;
const BT709 = 'setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709';
const TRIAL = { width: 640, height: 360, fps: 30, bitrateKbps: 1000, seconds: 0.2 } as const;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What one encode makes. */
export interface EncodeTarget extends Size {
  readonly bitrateKbps: number;
  /** Of libx264; no other encoder looks at it. Default: the best. */
  readonly preset?: X264Preset;
}

/**
 * Raw I420 pictures of `source` size on stdin → FLV with H.264 of `target` on stdout, one tag per picture and no
 * picture held back.
 */
export function rawEncodeArgs(
  encoder: FfmpegEncoder,
  source: Size,
  target: EncodeTarget,
  fps: number,
): string[] {
  return [
    ...QUIET,
    ...deviceArgs(encoder),
    ...rawInputArgs(source, fps),
    ...['-vf', filters(encoder, source, target)],
    ...encoderArgs(encoder, target, fps),
    ...['-flush_packets', '1', '-flvflags', 'no_sequence_end+no_metadata+no_duration_filesize'],
    ...['-f', 'flv', 'pipe:1'],
  ];
}

/** Raw I420 pictures without any header on stdin. */
export function rawInputArgs({ width, height }: Size, fps: number): string[] {
  return [
    ...['-probesize', '32', '-analyzeduration', '0', '-f', 'rawvideo', '-pix_fmt', 'yuv420p'],
    ...['-s', `${width}x${height}`, '-r', String(fps), '-i', 'pipe:0'],
  ];
}

/** Encodes 0.2 seconds of a test picture with the arguments of the live path and throws them away. */
export function trialArgs(encoder: FfmpegEncoder): string[] {
  const { width, height, fps, seconds } = TRIAL;
  return [
    ...['-hide_banner', '-nostdin', '-loglevel', 'error', '-nostats'],
    ...deviceArgs(encoder),
    ...['-f', 'lavfi', '-i', `testsrc2=s=${width}x${height}:r=${fps}:d=${seconds},format=yuv420p`],
    ...['-vf', filters(encoder, TRIAL, TRIAL)],
    ...encoderArgs(encoder, TRIAL, fps),
    ...['-f', 'null', '-'],
  ];
}

/**
 * The encoder's own arguments: constant bitrate with one second of buffer, a key frame every two seconds, no
 * B-frames, nothing held back, profile and level by the size.
 */
export function encoderArgs(encoder: FfmpegEncoder, target: EncodeTarget, fps: number): string[] {
  const { width, height, bitrateKbps, preset = X264_PRESETS[0] } = target;
  const rate = `${bitrateKbps}k`;
  const gop = String(Math.max(1, Math.round(KEY_SECONDS * fps)));
  return [
    ...['-c:v', FFMPEG_ENCODERS[encoder], '-b:v', rate, '-maxrate', rate, '-bufsize', rate],
    ...['-g', gop, '-bf', '0', '-force_key_frames', `expr:gte(t,n_forced*${KEY_SECONDS})`],
    ...ownArgs(encoder, gop, preset),
    ...profileArgs(encoder, height, h264Level(width, height, fps, bitrateKbps)),
    ...['-color_range', 'tv', '-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'],
  ];
}

function ownArgs(encoder: FfmpegEncoder, gop: string, preset: X264Preset): string[] {
  switch (encoder) {
    case 'libx264':
      return ['-preset', preset, '-tune', 'zerolatency', '-keyint_min', gop, '-sc_threshold', '0'];
    case 'nvenc':
      return [
        ...['-preset', 'p4', '-tune', 'll', '-rc', 'cbr', '-delay', '0', '-zerolatency', '1'],
        ...['-no-scenecut', '1', '-forced-idr', '1'],
      ];
    case 'qsv':
      return ['-preset', 'veryfast', '-async_depth', '1', '-look_ahead', '0', '-forced_idr', '1'];
    case 'amf':
      return ['-usage', 'lowlatency', '-quality', 'balanced', '-rc', 'cbr'];
    case 'videotoolbox':
      return ['-realtime', '1'];
    case 'vaapi':
      return ['-rc_mode', 'CBR', '-async_depth', '1', '-idr_interval', '0'];
    case 'mf':
      return ['-rate_control', 'cbr', '-scenario', 'live_streaming', '-hw_encoding', '1'];
    default:
      return assertNever(encoder);
  }
}

/** Media Foundation takes neither by name. */
function profileArgs(encoder: FfmpegEncoder, height: number, level: number): string[] {
  if (encoder === 'mf') return [];
  return ['-profile:v', h264Profile(`ffmpeg:${encoder}`, height), '-level:v', String(level)];
}

function deviceArgs(encoder: FfmpegEncoder): string[] {
  return encoder === 'vaapi' ? ['-vaapi_device', VAAPI_DEVICE] : [];
}

function filters(encoder: FfmpegEncoder, source: Size, target: Size): string {
  const same = source.width === target.width && source.height === target.height;
  return [
    ...(same ? [] : [`scale=${target.width}:${target.height}:flags=fast_bilinear`]),
    BT709,
    ...formatFilters(encoder),
  ].join(',');
}

function formatFilters(encoder: FfmpegEncoder): string[] {
  switch (encoder) {
    case 'vaapi':
      return ['format=nv12', 'hwupload'];
    case 'qsv':
    case 'mf':
    case 'amf':
      return ['format=nv12'];
    default:
      return [];
  }
}
