import { readdirSync, readFileSync } from 'node:fs';

const CLOCK_TICKS = 100; // sysconf(_SC_CLK_TCK) on every Linux this runs on

interface Usage {
  readonly ppid: number;
  /** CPU seconds of the process itself and of the children it has waited for. */
  readonly cpuSeconds: number;
}

/**
 * CPU seconds used so far by a process and all its living descendants, without those below `exclude`.
 * Linux only (/proc); ended children count through their parents.
 */
export function cpuSecondsOfTree(root: number, exclude: ReadonlySet<number> = new Set()): number {
  const all = new Map<number, Usage>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const usage = read(Number(name));
    if (usage) all.set(Number(name), usage);
  }
  let sum = 0;
  const visit = (pid: number) => {
    if (exclude.has(pid)) return;
    sum += all.get(pid)?.cpuSeconds ?? 0;
    for (const [child, usage] of all) if (usage.ppid === pid) visit(child);
  };
  visit(root);
  return sum;
}

function read(pid: number): Usage | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null; // it ended while we looked
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = [11, 12, 13, 14].reduce((total, index) => total + Number(fields[index]), 0);
  return { ppid: Number(fields[1]), cpuSeconds: ticks / CLOCK_TICKS };
}
