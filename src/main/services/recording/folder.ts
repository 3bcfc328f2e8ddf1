import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ReasonError, toReasonError } from '../../../shared/errors.ts';

/** `VIDA3_RECORDINGS`, else a folder of the data folder. */
export function recordingsFolder(home: string, env: NodeJS.ProcessEnv = process.env): string {
  return env['VIDA3_RECORDINGS'] || join(home, 'recordings');
}

/** Makes the folder and proves that it takes files. @throws ReasonError `record.cannot-write`, `record.disk-full` */
export async function prepareFolder(folder: string): Promise<void> {
  const trial = join(folder, `.vida3-${randomUUID()}`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(trial, 'x', { flag: 'wx', mode: 0o600 });
    await rm(trial);
  } catch (error) {
    const full = error instanceof Error && 'code' in error && error.code === 'ENOSPC';
    const { message } = toReasonError(error);
    throw new ReasonError(full ? 'record.disk-full' : 'record.cannot-write', message, { cause: error });
  }
}

/** The names in a folder; null when there is none. */
export async function namesIn(folder: string): Promise<readonly string[] | null> {
  return readdir(folder).catch(() => null);
}
