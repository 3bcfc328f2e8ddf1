import { rm } from 'node:fs/promises';
import type { Reason } from '../../shared/errors.ts';
import { recordArgs } from './ffmpeg/args.ts';
import { FfmpegChild } from './ffmpeg/child.ts';
import { classifyRecord } from './ffmpeg/failure.ts';
import { FlvMux } from './flv-mux.ts';
import type { ReplaySnapshot } from './replay-buffer.ts';

/** Units between two looks whether FFmpeg still takes them. */
const BATCH = 32;

/**
 * Writes a replay at once, beside everything that runs. What could not be completed is removed.
 * @param timeoutMs what takes longer is given up
 * @returns the reason when the file is not complete
 */
export async function writeReplay(
  ffmpeg: string,
  path: string,
  { start, units }: ReplaySnapshot,
  timeoutMs: number,
): Promise<Reason | null> {
  const child = new FfmpegChild({ ffmpeg, args: () => recordArgs(path) });
  child.stdout.resume();
  const timer = setTimeout(() => child.kill(), timeoutMs);
  const mux = new FlvMux(start, (bytes) => child.stdin.write(bytes), { changedSets: 'in-band' });
  for (const [index, unit] of units.entries()) {
    if (child.gone) break;
    mux.add(unit);
    if (index % BATCH === 0 && child.stdin.writableNeedDrain) await drained(child);
  }
  child.stdin.end();
  const exit = await child.exited;
  clearTimeout(timer);
  if (exit.code === 0) return null;
  // What cannot be removed could not be written either.
  await rm(path, { force: true }).catch(() => undefined);
  return classifyRecord(child.rawLines, exit);
}

async function drained(child: FfmpegChild): Promise<void> {
  await Promise.race([new Promise((resolve) => child.stdin.once('drain', resolve)), child.exited]);
}
