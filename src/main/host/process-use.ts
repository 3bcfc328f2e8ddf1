import { readFile } from 'node:fs/promises';
import pidusage from 'pidusage';
import type { ProcessUse } from '../../shared/domain/health.ts';
import type { ProcessGroup, ProcessSampler } from '../services/health/ports.ts';
import { proportionalKb } from './browser/process-tree.ts';

/** What one process has used. */
interface Use {
  /** Tells a process from an earlier one of the same number. */
  readonly born: string;
  /** Processor time since it began, ms. */
  readonly cpuMs: number;
  readonly memoryMb: number;
}

type Read = (pids: readonly number[]) => Promise<ReadonlyMap<number, Use>>;

/** The kernel's unit of processor time in /proc: the same on every Linux that Node runs on (man 5 proc). */
const TICK_MS = 10;
const UNIX_MS = 1000;
/** Windows starts a program to answer. */
const WINDOWS_MS = 10_000;

export interface SamplerOptions {
  readonly read?: Read;
  /** ms, never backwards. */
  readonly now?: () => number;
}

/** Samples processes of this machine. On Linux shared pages are counted once, elsewhere in every process. */
export function createProcessSampler(options: SamplerOptions = {}): ProcessSampler {
  const read = options.read ?? (process.platform === 'linux' ? createLinuxReader() : readAnywhere);
  const now = options.now ?? (() => performance.now());
  let before: { readonly at: number; readonly uses: ReadonlyMap<number, Use> } | null = null;
  return {
    everyMs: process.platform === 'win32' ? WINDOWS_MS : UNIX_MS,
    async sample(groups) {
      const uses = await read([...new Set(groups.flatMap(({ pids }) => pids))]);
      const at = now();
      const last = before;
      before = { at, uses };
      return groups.flatMap((group) => groupUse(group, uses, last, at));
    },
  };
}

function groupUse(
  { role, name, pids }: ProcessGroup,
  uses: ReadonlyMap<number, Use>,
  last: { readonly at: number; readonly uses: ReadonlyMap<number, Use> } | null,
  at: number,
): ProcessUse[] {
  const found = pids.filter((pid) => uses.has(pid));
  const pid = found[0];
  if (pid === undefined) return [];
  let [cpuMs, memoryMb] = [0, 0];
  for (const each of found) {
    const use = uses.get(each)!;
    const earlier = last?.uses.get(each);
    if (earlier && earlier.born === use.born) cpuMs += Math.max(0, use.cpuMs - earlier.cpuMs);
    memoryMb += use.memoryMb;
  }
  const cpuPercent = last && at > last.at ? (100 * cpuMs) / (at - last.at) : 0;
  return [{ role, name, pid, cpuPercent: oneDecimal(cpuPercent), memoryMb: oneDecimal(memoryMb) }];
}

/** Sums of memory over a process's pages take the kernel long: they are asked for every tenth time. */
const MEMORY_EVERY = 10;

function createLinuxReader(): Read {
  const known = new Map<number, { born: string; memoryMb: number; age: number }>();
  return async (pids) => {
    const uses = new Map<number, Use>();
    await Promise.all(
      pids.map(async (pid) => {
        const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        const [user, system, born] = [fields[11], fields[12], fields[19]];
        if (user === undefined || system === undefined || born === undefined || fields[0] === 'Z') return;
        const memory = known.get(pid);
        if (memory?.born === born && memory.age < MEMORY_EVERY) memory.age++;
        else known.set(pid, { born, memoryMb: await linuxMemoryMb(pid), age: 1 });
        const { memoryMb } = known.get(pid)!;
        uses.set(pid, { born, cpuMs: (Number(user) + Number(system)) * TICK_MS, memoryMb });
      }),
    );
    for (const pid of known.keys()) if (!uses.has(pid)) known.delete(pid);
    return uses;
  };
}

/** A sandboxed process lets nobody look at its pages; how many are its own alone is told to everybody. */
async function linuxMemoryMb(pid: number): Promise<number> {
  const kilobytes = await proportionalKb(pid);
  if (kilobytes > 0) return kilobytes / 1024;
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024;
}

/** Also works on Linux, but knows nothing of shared pages. */
export async function readAnywhere(pids: readonly number[]): Promise<ReadonlyMap<number, Use>> {
  if (pids.length === 0) return new Map();
  // It fails when not one of them is there any more.
  const found = await pidusage([...pids]).catch(() => null);
  // When one was born is told by the second only: a number that is given out again shows by less time.
  return new Map(
    Object.values(found ?? {}).map(({ pid, ctime, memory }) => [
      pid,
      { born: '', cpuMs: ctime, memoryMb: memory / 2 ** 20 },
    ]),
  );
}

function oneDecimal(value: number): number {
  return Math.round(value * 10) / 10;
}
