import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  readonly args: readonly string[];
}

/** Every process of the machine, from /proc. Empty where there is none (macOS, Windows). */
export function listProcesses(): ProcessInfo[] {
  const found: ProcessInfo[] = [];
  for (const name of process.platform === 'linux' ? readdirSync('/proc') : []) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (state === 'Z') continue;
      const args = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').filter(Boolean);
      found.push({ pid: Number(name), parent: Number(parent), args });
    } catch {
      // It ended while we looked.
    }
  }
  return found;
}

/** Children of a process. */
export function childrenOf(pid: number): ProcessInfo[] {
  return listProcesses().filter((process) => process.parent === pid);
}

/** Children, their children and so on. */
export function descendantsOf(pid: number): ProcessInfo[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child.pid)]);
}

export function isRunning(pid: number): boolean {
  return listProcesses().some((process) => process.pid === pid);
}
