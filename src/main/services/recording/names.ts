import { basename } from 'node:path';

/** What the engine writes; whole up to its last cluster, whenever it is cut. */
export const RAW_EXTENSION = '.mkv';
export const FINAL_EXTENSION = '.mp4';
/** Of an MP4 that is not whole yet. */
export const PART_SUFFIX = '.part';

const PREFIX = { recording: 'VIDA3', replay: 'VIDA3 Replay' } as const;

/**
 * A file name for what begins now (local time), without extension: `VIDA3 2026-11-22 23-14-05`, and `…-2` when
 * that one is taken. No character of it is special on any file system.
 */
export function fileStem(kind: keyof typeof PREFIX, at: Date, isTaken: (stem: string) => boolean): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [String(at.getFullYear()).padStart(4, '0'), two(at.getMonth() + 1), two(at.getDate())].join(
    '-',
  );
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join('-');
  return firstFree(`${PREFIX[kind]} ${day} ${time}`, isTaken);
}

/** `stem`, else `stem-2`, `stem-3` …: the first one that is free. */
export function firstFree(stem: string, isTaken: (stem: string) => boolean): string {
  if (!isTaken(stem)) return stem;
  for (let number = 2; ; number++) {
    const candidate = `${stem}-${number}`;
    if (!isTaken(candidate)) return candidate;
  }
}

/**
 * The files of one recording among `names`: its own, and those in which it went on after the engine had been
 * replaced (`stem-2.mkv`, see media/record-path.ts).
 */
export function filesOf(stem: string, names: readonly string[]): string[] {
  return names.filter((name) => {
    if (!name.startsWith(stem) || !name.endsWith(RAW_EXTENSION)) return false;
    return /^(-[1-9]\d*)?$/.test(name.slice(stem.length, -RAW_EXTENSION.length));
  });
}

/** A raw file's name without folder and extension. */
export function stemOf(path: string): string {
  return basename(path, RAW_EXTENSION);
}
