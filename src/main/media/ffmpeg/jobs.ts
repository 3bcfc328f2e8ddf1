import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import createFfmpeg from 'fluent-ffmpeg';
import { type Reason, ReasonError } from '../../../shared/errors.ts';
import { type FileProbe, type ProbedVideo, parseProbe } from './probe.ts';

const PROBE_TIMEOUT_MS = 20_000;

/** What a file job reports: 0 to 1, as far as the length is known. */
export type JobProgress = (done: number) => void;

export interface JobOptions {
  readonly onProgress?: JobProgress;
  readonly signal?: AbortSignal;
}

/**
 * What a media file holds.
 * @param ffmpeg path of FFmpeg, see locate.ts; the same everywhere in this file.
 * @throws ReasonError `camera.file-missing`; a file that FFmpeg cannot read has neither video nor audio.
 */
export function probe(ffmpeg: string, file: string, { signal }: JobOptions = {}): Promise<FileProbe> {
  if (!existsSync(file)) return Promise.reject(new ReasonError('camera.file-missing', file));
  return new Promise((resolve, reject) => {
    const args = ['-hide_banner', '-nostdin', '-i', `file:${file}`];
    execFile(
      ffmpeg,
      args,
      { timeout: PROBE_TIMEOUT_MS, signal, windowsHide: true },
      (error, _stdout, stderr) => {
        // Without an output FFmpeg always ends with an error, after it has printed the streams.
        if (error && 'code' in error && error.code === 'ENOENT')
          reject(new ReasonError('ffmpeg.missing', ffmpeg));
        else if (signal?.aborted) reject(signal.reason);
        else resolve(parseProbe(stderr));
      },
    );
  });
}

/** Like {@link probe}. @throws ReasonError `camera.not-a-video`, `camera.file-missing` */
export async function probeVideo(
  ffmpeg: string,
  file: string,
  options: JobOptions = {},
): Promise<FileProbe & { video: ProbedVideo }> {
  const found = await probe(ffmpeg, file, options);
  if (!found.video) throw new ReasonError('camera.not-a-video', file);
  return { ...found, video: found.video };
}

export interface Y4mOptions extends JobOptions {
  readonly fps: number;
  readonly maxSeconds?: number;
  /** A wider picture is scaled down, its shape is kept. */
  readonly maxWidth?: number;
  /** Both or none: the picture is scaled to fit and padded with black. */
  readonly width?: number;
  readonly height?: number;
}

/**
 * Decodes a clip to a y4m file (4:2:0), as Chromium takes for a camera.
 * @throws ReasonError `camera.not-a-video`, `camera.file-missing`, `ffmpeg.missing`
 */
export async function toY4m(ffmpeg: string, file: string, out: string, options: Y4mOptions): Promise<void> {
  const { durationSeconds } = await probeVideo(ffmpeg, file, options);
  const { fps, maxSeconds, maxWidth, width, height } = options;
  const filters = [`fps=${fps}`];
  if (width !== undefined && height !== undefined) {
    filters.push(
      `scale=${width}:${height}:force_original_aspect_ratio=decrease`,
      `pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2`,
    );
  } else {
    if (maxWidth !== undefined) filters.push(`scale='min(iw,${maxWidth})':-2`);
    filters.push('crop=trunc(iw/2)*2:trunc(ih/2)*2');
  }
  const output = [
    ...['-an', '-vf', filters.join(','), '-pix_fmt', 'yuv420p', '-f', 'yuv4mpegpipe'],
    ...(maxSeconds === undefined ? [] : ['-t', String(maxSeconds)]),
  ];
  await convert(
    ffmpeg,
    file,
    out,
    output,
    shorter(durationSeconds, maxSeconds),
    'camera.not-a-video',
    options,
  );
}

/**
 * Decodes the sound of a file to a 48 kHz stereo s16 WAV.
 * @throws ReasonError `microphone.not-audio`, `camera.file-missing`, `ffmpeg.missing`
 */
export async function toWav(
  ffmpeg: string,
  file: string,
  out: string,
  options: JobOptions & { readonly maxSeconds?: number } = {},
): Promise<void> {
  if (!existsSync(file)) throw new ReasonError('microphone.not-audio', `${file} does not exist`);
  const { audio, durationSeconds } = await probe(ffmpeg, file, options);
  if (!audio) throw new ReasonError('microphone.not-audio', file);
  const { maxSeconds } = options;
  const output = [
    ...['-vn', '-ar', '48000', '-ac', '2', '-c:a', 'pcm_s16le', '-f', 'wav'],
    ...(maxSeconds === undefined ? [] : ['-t', String(maxSeconds)]),
  ];
  await convert(
    ffmpeg,
    file,
    out,
    output,
    shorter(durationSeconds, maxSeconds),
    'microphone.not-audio',
    options,
  );
}

/** How much later than the other of two copies the last picture may be told to be. */
const SAME_LENGTH_SECONDS = 1;

/**
 * Puts a recording into an MP4 without encoding anything anew, its index first. Resolves when the copy has been read
 * back: as many pictures and as long as the original. What was there of `out` is replaced; after a failure and after
 * an abort nothing is left of it.
 * @throws ReasonError `record.remux-failed`, or what the signal was aborted with
 */
export async function remuxToMp4(
  ffmpeg: string,
  file: string,
  out: string,
  options: JobOptions = {},
): Promise<void> {
  const { signal, onProgress } = options;
  try {
    // A file that was cut short tells no length; it is counted in any case.
    const source = await countCopied(ffmpeg, file, signal);
    const output = ['-map', '0:v:0', '-map', '0:a?', '-c', 'copy', '-movflags', '+faststart', '-f', 'mp4'];
    await convert(ffmpeg, file, out, output, source.seconds, 'record.remux-failed', {
      ...(signal ? { signal } : {}),
      // The end is told when the copy has been looked at.
      onProgress: (done) => onProgress?.(Math.min(done, 0.99)),
    });
    const copy = await countCopied(ffmpeg, out, signal);
    const sameLength = Math.abs(copy.seconds - source.seconds) <= SAME_LENGTH_SECONDS;
    if (copy.frames !== source.frames || !sameLength) {
      const what = `${copy.frames} of ${source.frames} pictures, ${copy.seconds} of ${source.seconds} seconds`;
      throw new ReasonError('record.remux-failed', what);
    }
    onProgress?.(1);
  } catch (error) {
    await rm(out, { force: true });
    throw error;
  }
}

/** Reads every packet of a file without decoding it. @throws ReasonError `record.remux-failed` */
function countCopied(
  ffmpeg: string,
  file: string,
  signal: AbortSignal | undefined,
): Promise<{ frames: number; seconds: number }> {
  return new Promise((resolve, reject) => {
    const args = [
      ...['-hide_banner', '-nostdin', '-v', 'error', '-i', `file:${file}`, '-map', '0:v:0', '-c', 'copy'],
      ...['-f', 'null', '-progress', 'pipe:1', '-'],
    ];
    execFile(
      ffmpeg,
      args,
      { signal, windowsHide: true, maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const last = (name: string): string | undefined =>
          [...stdout.matchAll(new RegExp(`^${name}=\\s*(\\S+)`, 'gm'))].at(-1)?.[1];
        const frames = Number(last('frame') ?? 0);
        const seconds = secondsOf(last('out_time') ?? '');
        if (signal?.aborted) reject(signal.reason);
        else if (frames > 0 && seconds !== null) resolve({ frames, seconds });
        else reject(new ReasonError('record.remux-failed', stderr.trim() || error?.message || 'no picture'));
      },
    );
  });
}

function shorter(duration: number | null, limit: number | undefined): number | null {
  if (duration === null) return limit ?? null;
  return limit === undefined ? duration : Math.min(duration, limit);
}

function convert(
  ffmpeg: string,
  file: string,
  out: string,
  outputOptions: string[],
  seconds: number | null,
  failure: Reason,
  { onProgress, signal }: JobOptions,
): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const job = createFfmpeg(`file:${file}`).setFfmpegPath(ffmpeg).outputOptions(outputOptions).output(out);
    const abort = (): void => {
      job.kill('SIGKILL');
    };
    signal?.addEventListener('abort', abort, { once: true });
    job.on('progress', ({ timemark }: { timemark?: string }) => {
      const at = timemark ? secondsOf(timemark) : null;
      if (seconds && at !== null) onProgress?.(Math.min(1, at / seconds));
    });
    job.on('end', () => {
      signal?.removeEventListener('abort', abort);
      onProgress?.(1);
      resolve();
    });
    job.on('error', (error: Error) => {
      signal?.removeEventListener('abort', abort);
      reject(signal?.aborted ? signal.reason : new ReasonError(failure, error.message));
    });
    job.run();
  });
}

function secondsOf(timemark: string): number | null {
  const match = /^(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(timemark);
  return match ? Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]) : null;
}

export interface RgbaDecode {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /** Pictures that the stream will hold. */
  readonly frames: number;
  /** Raw RGBA, rows from the top, one picture after the other; errors with `camera.not-a-video`. */
  readonly stream: Readable;
}

/**
 * Decodes every picture of a file at its source rate, none doubled and none left out.
 * Destroying the stream ends FFmpeg.
 * @throws ReasonError `camera.not-a-video`, `camera.file-missing`, `ffmpeg.missing`
 */
export async function decodeRgba(
  ffmpeg: string,
  file: string,
  options: JobOptions = {},
): Promise<RgbaDecode> {
  const { video } = await probeVideo(ffmpeg, file, options);
  const frames = await countPictures(ffmpeg, file, options);
  const child = spawn(
    ffmpeg,
    [
      ...everyPicture(file),
      ...['-vf', `scale=${video.width}:${video.height}`, '-pix_fmt', 'rgba', '-f', 'rawvideo', 'pipe:1'],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true, signal: options.signal },
  );
  const stream = child.stdout;
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-500);
  });
  child.on('error', (error) => stream.destroy(new ReasonError('camera.not-a-video', error.message)));
  child.on('exit', (code) => {
    if (code !== 0 && !stream.destroyed) stream.destroy(new ReasonError('camera.not-a-video', said.trim()));
  });
  stream.on('close', () => child.kill('SIGKILL'));
  return { width: video.width, height: video.height, fps: video.fps, frames, stream };
}

/** Reads every picture of a file, none doubled and none left out. */
function everyPicture(file: string): string[] {
  const quiet = ['-hide_banner', '-nostdin', '-v', 'error'];
  return [...quiet, '-i', `file:${file}`, '-map', '0:v:0', '-fps_mode', 'passthrough'];
}

/** Decodes once without keeping anything: containers do not reliably say how many pictures they hold. */
function countPictures(ffmpeg: string, file: string, { signal }: JobOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const args = [...everyPicture(file), ...['-f', 'null', '-progress', 'pipe:1', '-']];
    execFile(ffmpeg, args, { signal, windowsHide: true, maxBuffer: 16 * 1024 * 1024 }, (error, stdout) => {
      const frames = Number([...stdout.matchAll(/^frame=\s*(\d+)/gm)].at(-1)?.[1] ?? 0);
      if (signal?.aborted) reject(signal.reason);
      else if (frames > 0) resolve(frames);
      else reject(new ReasonError('camera.not-a-video', error?.message ?? 'no picture'));
    });
  });
}
