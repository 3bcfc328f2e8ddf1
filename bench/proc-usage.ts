import { readdirSync, readFileSync } from 'node:fs';

/** CPU seconds of one process itself, and its proportional set size. */
export interface ProcUsage {
  readonly cpuSeconds: number;
  readonly pssMb: number;
}

/** @returns null when the process has ended. Linux only (/proc). */
export function usageOf(pid: number): ProcUsage | null {
  try {
    const pss = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
    return {
      cpuSeconds: cpuSecondsOf(pid),
      pssMb: Number(pss?.[1] ?? 0) / 1024,
    };
  } catch {
    return null;
  }
}

/** How often the threads of a process began to wait for something. Linux only (/proc). */
export function waitsOf(pid: number): number {
  let waits = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const text = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8');
    waits += Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(text)?.[1] ?? 0);
  }
  return waits;
}

/** Of all threads that run, by the scheduler's clock: the ticks of /proc/PID/stat are as long as a wake-up is apart. */
function cpuSecondsOf(pid: number): number {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
  }
  return nanoseconds / 1e9;
}

/** Process ids of the children of a process. */
export function childPids(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent);
}

function parentOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null;
  }
}
