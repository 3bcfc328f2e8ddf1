import { spawn } from 'node:child_process';
import { FEED, readRecording } from '../e2e/support/media-feed.ts';
import { PCM_SAMPLE_RATE } from '../src/shared/domain/media-packet.ts';
import { median } from './median.ts';

const BEEP_SECONDS = 0.02;
const BEEP_HZ = 1_000;
const LOUD = 3_000;
const QUIET_SECONDS = 0.3;
const NEAR_SECONDS = 0.4;
const DECODED_RATE = 16_000;
/** Share of the run at its begin and at its end that is compared. */
const ENDS = 0.2;

/** A short beep at every full second of the picture, silence between. */
export function beep(sample: number): number {
  const inSecond = sample % PCM_SAMPLE_RATE;
  return inSecond < BEEP_SECONDS * PCM_SAMPLE_RATE
    ? 12_000 * Math.sin((2 * Math.PI * BEEP_HZ * inSecond) / PCM_SAMPLE_RATE)
    : 0;
}

export interface Drift {
  /** Sound minus picture of the same moment, ms, at the begin and at the end. */
  readonly beginMs: number;
  readonly endMs: number;
  readonly driftMs: number;
  /** Beeps that were found. */
  readonly beeps: number;
  readonly pictures: number;
}

/**
 * How far the beeps of a recording are from the pictures they were sent with. The recording has every picture.
 */
export async function measureDrift(path: string, ffmpeg = 'ffmpeg'): Promise<Drift> {
  const [{ video }, onsets] = await Promise.all([readRecording(path), beepOnsets(path, ffmpeg)]);
  const offsets: number[] = [];
  for (let at = 0; at < video.length; at += FEED.fps) {
    const picture = video[at]!;
    const onset = onsets.find((time) => Math.abs(time - picture) < NEAR_SECONDS);
    if (onset !== undefined) offsets.push((onset - picture) * 1000);
  }
  const ends = Math.max(3, Math.round(offsets.length * ENDS));
  const [beginMs, endMs] = [median(offsets.slice(0, ends)), median(offsets.slice(-ends))];
  return { beginMs, endMs, driftMs: endMs - beginMs, beeps: offsets.length, pictures: video.length };
}

/** When each beep begins, in seconds on the file's own clock. */
async function beepOnsets(path: string, ffmpeg: string): Promise<number[]> {
  const child = spawn(
    ffmpeg,
    [
      ...['-v', 'error', '-nostdin', '-i', path, '-map', '0:a:0'],
      // Gaps in the timestamps become silence: a sample's number is its time.
      ...['-af', `aresample=${DECODED_RATE}:async=1:min_hard_comp=0.01:first_pts=0`],
      ...['-ac', '1', '-f', 's16le', 'pipe:1'],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const onsets: number[] = [];
  let rest = Buffer.alloc(0);
  let sample = 0;
  let loudAt = Number.NEGATIVE_INFINITY;
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    const data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const whole = data.length - (data.length % 2);
    for (let at = 0; at < whole; at += 2, sample++) {
      if (Math.abs(data.readInt16LE(at)) < LOUD) continue;
      if (sample - loudAt > QUIET_SECONDS * DECODED_RATE) onsets.push(sample / DECODED_RATE);
      loudAt = sample;
    }
    rest = Buffer.from(data.subarray(whole));
  }
  return onsets;
}
