import { execFile } from 'node:child_process';
import { AAC_FRAME_SAMPLES, AdtsParser } from '../../src/main/media/adts.ts';
import {
  buildAvcC,
  codecString,
  isStartPoint,
  readAccessUnit,
  splitNalUnits,
  toLengthPrefixed,
} from '../../src/main/media/annexb.ts';
import type { MediaUnit, VideoConfig } from '../../src/main/media/units.ts';
import { PCM_SAMPLE_RATE } from '../../src/shared/domain/media-packet.ts';

/** Sound comes this much later than the picture of the same moment, as it does in a session. */
const AUDIO_LATE_US = 170_000;

export interface ClipOptions {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly seconds: number;
  /** Exactly this, filled up. */
  readonly bitrateKbps: number;
  readonly profile?: 'main' | 'high';
}

/** One H.264 access unit as Annex B. */
export interface ClipPicture {
  readonly key: boolean;
  readonly data: Uint8Array;
}

/** Real H.264 without B-frames, a key frame every two seconds. */
export async function encodeClip(options: ClipOptions, ffmpeg = 'ffmpeg'): Promise<ClipPicture[]> {
  const { width, height, fps, seconds, bitrateKbps, profile = 'main' } = options;
  const rate = `${bitrateKbps}k`;
  const stream = await output(ffmpeg, [
    ...['-v', 'error', '-f', 'lavfi', '-i', `testsrc2=s=${width}x${height}:r=${fps}:d=${seconds}`],
    ...['-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-preset', 'ultrafast', '-profile:v', profile, '-bf', '0'],
    ...['-g', String(fps * 2), '-sc_threshold', '0', '-b:v', rate, '-minrate', rate, '-maxrate', rate],
    ...['-bufsize', rate, '-x264-params', `aud=1:nal-hrd=cbr:ref=${profile === 'high' ? 3 : 1}`],
    ...['-f', 'h264', 'pipe:1'],
  ]);
  const pictures: Uint8Array[][] = [];
  for (const nal of splitNalUnits(stream)) {
    if ((nal[0]! & 0x1f) === 9) pictures.push([]);
    else pictures.at(-1)!.push(nal);
  }
  const startCode = Buffer.from([0, 0, 0, 1]);
  return pictures.map((nals) => ({
    key: nals.some((nal) => (nal[0]! & 0x1f) === 5),
    data: Buffer.concat(nals.flatMap((nal) => [startCode, nal])),
  }));
}

/** The pictures of a clip as the muxer takes them. @param fromUs time of the first */
export function pictureUnits(
  clip: readonly ClipPicture[],
  { width, height, fps }: ClipOptions,
  fromUs = 0,
): MediaUnit[] {
  let config: VideoConfig | null = null;
  return clip.map((picture, index) => {
    const unit = readAccessUnit(picture.data);
    const start = isStartPoint(unit);
    config ??= { avcC: buildAvcC(unit.sps, unit.pps), codec: codecString(unit.sps[0]!), width, height };
    const timeUs = fromUs + Math.round((index * 1e6) / fps);
    return { kind: 'video', start, timeUs, data: toLengthPrefixed(unit, config.avcC), config };
  });
}

/** A tone as AAC frames. */
export async function toneUnits(seconds: number, ffmpeg = 'ffmpeg'): Promise<MediaUnit[]> {
  const adts = await output(ffmpeg, [
    ...['-v', 'error', '-f', 'lavfi', '-i', `sine=440:r=${PCM_SAMPLE_RATE}:d=${seconds}`],
    ...['-ac', '2', '-c:a', 'aac', '-b:a', '128k', '-f', 'adts', 'pipe:1'],
  ]);
  return new AdtsParser().push(adts).flatMap((data, index): MediaUnit[] => {
    const timeUs = (index * AAC_FRAME_SAMPLES * 1e6) / PCM_SAMPLE_RATE;
    return timeUs < seconds * 1e6 ? [{ kind: 'audio', timeUs, data }] : [];
  });
}

/** When a unit arrives, on the clock of its own time. */
export function arrivalUs(unit: MediaUnit): number {
  return unit.timeUs + (unit.kind === 'audio' ? AUDIO_LATE_US : 0);
}

/** Pictures and sound in the order in which they arrive. */
export function inOrder(units: readonly MediaUnit[]): MediaUnit[] {
  return [...units].sort((a, b) => arrivalUs(a) - arrivalUs(b));
}

function output(ffmpeg: string, args: readonly string[]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    execFile(ffmpeg, args, { encoding: 'buffer', maxBuffer: 256 * 1024 * 1024 }, (error, stdout) => {
      if (error) reject(error);
      else resolve(stdout);
    });
  });
}
