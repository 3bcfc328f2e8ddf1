import { existsSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ENCODERS, type EncoderChoice, FFMPEG_ENCODERS } from '../../shared/domain/encoding.ts';
import { parseRtmpUrl, type RtmpTarget } from '../../shared/domain/rtmp-url.ts';
import { FIRST_SCENE } from '../../shared/domain/scene.ts';
import {
  DEFAULT_SETTINGS,
  defaultBitrateKbps,
  PICTURE_LIMITS,
  type Picture,
  parseSize,
} from '../../shared/domain/studio.ts';
import { ReasonError } from '../../shared/errors.ts';

export interface LiveFlags {
  readonly camera: string;
  readonly audio: string;
  readonly avatar: string;
  readonly background: string;
  readonly to: readonly RtmpTarget[];
  readonly picture: Picture;
  readonly encoder: EncoderChoice;
  /** null: until Ctrl+C. */
  readonly seconds: number | null;
  readonly record: string | null;
  readonly snapshot: string | null;
  readonly report: string | null;
  readonly host: 'browser';
}

export const LIVE_USAGE = `Usage: npm run live -- --to URL [flags]
  --camera FILE|DEVICE|none   default: the first camera; a file is played in a loop
  --audio FILE|DEVICE|none    default: none, a silent track
  --avatar ID|FILE            default: ${DEFAULT_SETTINGS.avatarId}
  --background ID|FILE|#rrggbb  default: ${FIRST_SCENE.background}
  --to URL                    rtmp(s)://host[:port]/app/key, repeatable
  --size WxH                  default: ${DEFAULT_SETTINGS.picture.width}x${DEFAULT_SETTINGS.picture.height}
  --fps N                     default: ${DEFAULT_SETTINGS.picture.fps}
  --bitrate KBPS              default: by size and rate
  --encoder auto|webcodecs|ffmpeg:NAME  default: auto; NAME: ${Object.keys(FFMPEG_ENCODERS).join(', ')}
  --seconds N                 default: until Ctrl+C
  --record FILE               .mp4, .mkv or .flv
  --snapshot PNG              a picture of the programme, taken while live
  --report JSON               the numbers of the run
  --host browser              the only host so far
Exit: 0 all destinations ended well, 2 usage, 3 could not start, 4 a destination failed or never went live, 5 stopped by limit`;

/**
 * Reads the flags of `live`.
 * @throws ReasonError `usage.*`, `host.unavailable`; never with a stream key in its detail
 */
export function parseLiveFlags(argv: readonly string[]): LiveFlags {
  let values: Record<string, string | string[] | undefined>;
  try {
    ({ values } = parseArgs({
      args: joinNegativeNumbers(argv),
      allowPositionals: false,
      options: {
        camera: { type: 'string' },
        audio: { type: 'string' },
        avatar: { type: 'string' },
        background: { type: 'string' },
        to: { type: 'string', multiple: true },
        size: { type: 'string' },
        fps: { type: 'string' },
        bitrate: { type: 'string' },
        encoder: { type: 'string' },
        seconds: { type: 'string' },
        record: { type: 'string' },
        snapshot: { type: 'string' },
        report: { type: 'string' },
        host: { type: 'string' },
      },
    }));
  } catch (error) {
    // The message names the flag; a positional argument, which might be an address with its key, it repeats.
    const code = (error as { code?: string }).code;
    throw new ReasonError(
      'usage.bad-flag',
      code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL'
        ? 'every value needs its flag'
        : (error as Error).message,
    );
  }
  const text = (name: string) => values[name] as string | undefined;
  const host = text('host') ?? 'browser';
  if (host === 'electron')
    throw new ReasonError('host.unavailable', 'headless runs need an installed browser');
  if (host !== 'browser') throw new ReasonError('usage.bad-flag', '--host must be browser or electron');
  const to = ((values['to'] as string[] | undefined) ?? []).map((url) => parseRtmpUrl(url));
  const record = text('record') ?? null;
  if (to.length === 0 && !record) throw new ReasonError('usage.no-destination');
  if (record && !record.startsWith('/dev/') && !/\.(mp4|mkv|flv)$/i.test(record)) {
    throw new ReasonError('usage.bad-flag', '--record takes a .mp4, .mkv or .flv file');
  }
  const size = text('size') ? parseSize(text('size')!) : DEFAULT_SETTINGS.picture;
  const fps =
    text('fps') === undefined
      ? DEFAULT_SETTINGS.picture.fps
      : integer(text('fps')!, 1, PICTURE_LIMITS.maxFps, 'usage.bad-fps');
  const bitrateKbps =
    text('bitrate') === undefined
      ? defaultBitrateKbps(size.width, size.height, fps)
      : integer(text('bitrate')!, PICTURE_LIMITS.minKbps, PICTURE_LIMITS.maxKbps, 'usage.bad-bitrate');
  const encoder = encoderChoice(text('encoder') ?? 'auto');
  const empty = Object.entries(values).find(
    ([, value]) => value === '' || (Array.isArray(value) && value.includes('')),
  );
  if (empty) throw new ReasonError('usage.bad-flag', `--${empty[0]} has no value`);
  const camera = text('camera') ?? 'default';
  const audio = text('audio') ?? 'none';
  // The browser plays files through its stand-in devices, and those replace all real ones.
  const kinds = [camera, audio].filter((value) => value !== 'none').map(isFileFlag);
  if (kinds.length === 2 && kinds[0] !== kinds[1]) {
    throw new ReasonError(
      'usage.bad-flag',
      'a file and a real device cannot be mixed: give two files, two devices, or none',
    );
  }
  return {
    camera,
    audio,
    avatar: text('avatar') ?? DEFAULT_SETTINGS.avatarId,
    background: text('background') ?? FIRST_SCENE.background,
    to,
    picture: { width: size.width, height: size.height, fps, bitrateKbps },
    encoder,
    seconds: text('seconds') === undefined ? null : seconds(text('seconds')!),
    record,
    snapshot: text('snapshot') ?? null,
    report: text('report') ?? null,
    host,
  };
}

/** Whether a device flag names a file: one that exists, or anything that looks like a path. */
export function isFileFlag(value: string): boolean {
  if (value.startsWith('/dev/')) return false;
  return (
    (existsSync(value) && statSync(value).isFile()) ||
    /[\\/]|\.(mp4|mkv|webm|mov|avi|y4m|mjpeg|wav|mp3|ogg|flac|m4a|aac)$/i.test(value)
  );
}

/** `ffmpeg:h264_nvenc` means the same as `ffmpeg:nvenc`. */
function encoderChoice(text: string): EncoderChoice {
  const byFfmpegName = Object.entries(FFMPEG_ENCODERS).find(([, name]) => text === `ffmpeg:${name}`)?.[0];
  const choice = ENCODERS.find((each) => each === (byFfmpegName ? `ffmpeg:${byFfmpegName}` : text));
  if (!choice) throw new ReasonError('usage.unknown-encoder', text);
  return choice;
}

function integer(
  text: string,
  min: number,
  max: number,
  reason: 'usage.bad-fps' | 'usage.bad-bitrate',
): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) throw new ReasonError(reason, text);
  return value;
}

function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0 || text.trim() === '' || value > 7 * 86_400)
    throw new ReasonError('usage.bad-seconds', text);
  return value;
}

/** `--seconds -1` reads as two flags to the parser; joined, it reaches the check that explains it. */
function joinNegativeNumbers(argv: readonly string[]): string[] {
  const joined: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const next = argv[i + 1];
    if (argv[i]!.startsWith('--') && !argv[i]!.includes('=') && next !== undefined && /^-\d/.test(next)) {
      joined.push(`${argv[i]}=${next}`);
      i++;
    } else joined.push(argv[i]!);
  }
  return joined;
}
