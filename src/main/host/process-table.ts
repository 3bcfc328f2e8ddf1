import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { ProcessIdentity, ProcessTable } from '../services/orphans/ports.ts';
import { signalTree } from './browser/process-tree.ts';

const run = promisify(execFile);

/** The processes of this machine, as they can be told from later ones of the same number. Windows does not tell. */
export function createProcessTable(platform: NodeJS.Platform = process.platform): ProcessTable {
  return {
    async identify(pids) {
      if (pids.length === 0 || platform === 'win32') return [];
      return platform === 'linux' ? identifyLinux(pids) : identifyByPs(pids);
    },
    async kill(pid) {
      await signalTree(pid, 'SIGKILL');
      try {
        process.kill(pid, 'SIGKILL');
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
      }
    },
  };
}

async function identifyLinux(pids: readonly number[]): Promise<ProcessIdentity[]> {
  // Processes count from the start of the system, and numbers begin again with it.
  const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim();
  const found = await Promise.all(
    pids.map(async (pid): Promise<ProcessIdentity[]> => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const started = fields[19];
      // What nobody has reaped yet runs no more.
      if (started === undefined || fields[0] === 'Z' || fields[0] === 'X') return [];
      return [{ pid, started: `${boot} ${started}`, command: commandOf(stat) }];
    }),
  );
  return found.flat();
}

function commandOf(stat: string): string {
  return stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
}

/** macOS and the BSDs; also works on Linux. */
export async function identifyByPs(pids: readonly number[]): Promise<ProcessIdentity[]> {
  const args = ['-o', 'pid=,state=,lstart=,comm=', '-p', pids.join(',')];
  // It fails when not one of them is there.
  const { stdout } = await run('ps', args, { env: { ...process.env, LC_ALL: 'C' } }).catch(() => ({
    stdout: '',
  }));
  return stdout.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\S+)\s+(\w+\s+\w+\s+\d+\s+[\d:]+\s+\d+)\s+(.+)$/.exec(line);
    if (!match || match[2]!.startsWith('Z')) return [];
    return [{ pid: Number(match[1]), started: match[3]!.replace(/\s+/g, ' '), command: match[4]!.trim() }];
  });
}
