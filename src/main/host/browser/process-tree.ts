import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const POLL_MS = 25;
const run = promisify(execFile);

/** Sends a signal to a process and all its children. Gone already is fine. */
export async function signalTree(pid: number, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (process.platform === 'win32') {
    // There are no process groups; taskkill fails when nothing is left.
    await run('taskkill', ['/pid', String(pid), '/T', '/F']).catch(() => undefined);
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM')))
      throw error;
  }
}

/** Resolves true when no process of the group runs any more, false after `timeoutMs`. */
export async function groupIsGone(pid: number, timeoutMs: number): Promise<boolean> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    if (!(await groupRuns(pid))) return true;
    if (performance.now() > end) return false;
    await sleep(POLL_MS);
  }
}

/** Resident memory of a process group in MB, shared pages counted once on Linux; 0 where the system does not tell. */
export async function groupMemoryMb(pid: number): Promise<number> {
  if (process.platform === 'linux') {
    const members = await linuxGroup(pid);
    const kilobytes = await Promise.all(members.map((member) => proportionalKb(member.pid)));
    return kilobytes.reduce((sum, each) => sum + each, 0) / 1024;
  }
  if (process.platform === 'darwin') {
    const { stdout } = await run('ps', ['-A', '-o', 'pgid=,rss=']);
    let kilobytes = 0;
    for (const line of stdout.split('\n')) {
      const [group, resident] = line.trim().split(/\s+/).map(Number);
      if (group === pid) kilobytes += resident ?? 0;
    }
    return kilobytes / 1024;
  }
  return 0;
}

/** The processes of a group, its leader first; none where the system has no groups. */
export async function groupPids(pid: number): Promise<number[]> {
  let members: number[] = [];
  if (process.platform === 'linux') {
    members = (await linuxGroup(pid)).filter(({ state }) => state !== 'Z').map((member) => member.pid);
  } else if (process.platform === 'darwin') {
    const { stdout } = await run('ps', ['-A', '-o', 'pgid=,pid=']);
    for (const line of stdout.split('\n')) {
      const [group, member] = line.trim().split(/\s+/).map(Number);
      if (group === pid && member) members.push(member);
    }
  }
  return members.sort((a, b) => Number(b === pid) - Number(a === pid));
}

async function groupRuns(pid: number): Promise<boolean> {
  if (process.platform === 'win32') return false;
  try {
    process.kill(-pid, 0);
  } catch {
    return false;
  }
  // Where nobody reaps orphans, dead ones stay in the table for ever; they run no more.
  return process.platform !== 'linux' || (await linuxGroup(pid)).some((member) => member.state !== 'Z');
}

async function linuxGroup(group: number): Promise<{ pid: number; state: string }[]> {
  const members: { pid: number; state: string }[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    // A process may end between the listing and the reading.
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(fields[2]) === group) members.push({ pid: Number(entry), state: fields[0] ?? '' });
  }
  return members;
}

/** Resident memory in kB, of shared pages its part (Linux); 0 where it may not be looked at. */
export async function proportionalKb(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0);
}
