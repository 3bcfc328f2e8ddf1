import { randomUUID } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A text that a child process reads by a path and nobody else sees. */
export interface SecretFile {
  /** Path in the child, whose file descriptor 3 is {@link fd}. */
  readonly path: string;
  /** To be passed as stdio[3]; null where paths of descriptors do not exist. */
  readonly fd: number | null;
  /** After the child has read it, or has ended: what is behind the path is empty or gone. Idempotent. */
  dispose(): void;
}

/**
 * On Unix the file has no name any more when the child starts, and it lies in memory where the system has a
 * memory file system; the child keeps its descriptor, so dispose() empties the file. On Windows it is a file of the
 * user until dispose().
 */
export function secretFile(text: string): SecretFile {
  const path = writeSecret(text);
  if (process.platform === 'win32') {
    let present = true;
    return {
      path,
      fd: null,
      dispose: () => {
        if (present) unlinkSync(path);
        present = false;
      },
    };
  }
  let fd: number | null = null;
  try {
    fd = openSync(path, 'r+');
  } finally {
    unlinkSync(path);
  }
  const opened = fd;
  return {
    path: '/dev/fd/3',
    fd: opened,
    dispose: () => {
      if (fd === null) return;
      fd = null;
      ftruncateSync(opened);
      closeSync(opened);
    },
  };
}

/** @returns the path; in memory if that has room, else among the user's temporary files. */
function writeSecret(text: string): string {
  const name = `vida3-${randomUUID()}`;
  if (process.platform === 'linux') {
    const path = join('/dev/shm', name);
    try {
      writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
      return path;
    } catch {
      // Not there, not ours to write, or full: what was written of it goes.
      rmSync(path, { force: true });
    }
  }
  const path = join(tmpdir(), name);
  writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
  return path;
}
