import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ReasonError } from '../../../shared/errors.ts';

export interface InstanceLock {
  release(): void;
}

/**
 * Makes this process the only studio of a data folder. A lock that a dead process left is taken over.
 * Synchronous, so that nothing of the folder is touched before it is held.
 * @throws ReasonError `host.already-running`
 */
export function acquireLock(home: string): InstanceLock {
  const file = join(home, 'studio.lock');
  const mine = `${process.pid} ${startTime(process.pid) ?? '?'}\n`;
  while (!create(file, mine)) {
    const holder = readIfThere(file);
    if (holder === null) continue;
    if (isAlive(holder)) throw new ReasonError('host.already-running', `process ${holder.split(' ')[0]}`);
    evict(file, holder);
  }
  return {
    release: () => {
      if (readIfThere(file) === mine) rmSync(file, { force: true });
    },
  };
}

/** Removes a stale lock; should another process have replaced it in between, that one is put back. */
function evict(file: string, stale: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  try {
    if (readFileSync(aside, 'utf8') !== stale) linkSync(aside, file);
  } finally {
    rmSync(aside, { force: true });
  }
}

function create(file: string, content: string): boolean {
  try {
    writeFileSync(file, content, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function isAlive(holder: string): boolean {
  const [pidText, started] = holder.trim().split(' ');
  const pid = Number(pidText);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
  // The number alone may by now belong to another program.
  const now = startTime(pid);
  return now === null || started === '?' || started === undefined || now === started;
}

/** When a process began, in the kernel's ticks; null where the system has no /proc. */
function startTime(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
