import { execFileSync } from 'node:child_process';

export interface Process {
  readonly pid: number;
  readonly command: string;
}

export function descendantsOf(root: number): Process[] {
  const rows = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((match) => match !== null)
    .map((match) => ({ pid: Number(match[1]), ppid: Number(match[2]), command: match[3]! }));
  const found: Process[] = [];
  const visit = (pid: number) => {
    for (const row of rows) {
      if (row.ppid !== pid) continue;
      found.push(row);
      visit(row.pid);
    }
  };
  visit(root);
  return found;
}

export function mediaProcessOf(root: number): number {
  return descendantsOf(root).find(({ command }) => /dist\/main\/media\.js/.test(command))!.pid;
}

export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
