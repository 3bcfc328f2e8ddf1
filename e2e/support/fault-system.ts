import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listProcesses, type ProcessInfo } from './processes.ts';

/** A process and everything below it. */
export function processTree(root: number): ProcessInfo[] {
  const all = listProcesses();
  const found = all.filter(({ pid }) => pid === root);
  for (let at = 0; at < found.length; at++) {
    found.push(...all.filter(({ parent }) => parent === found[at]!.pid));
  }
  return found;
}

/** Everything that another user or a crash report could read of these processes: arguments and environment. */
export function visibleTexts(processes: readonly ProcessInfo[]): string[] {
  return processes.flatMap(({ pid, args }) => {
    try {
      return [...args, readFileSync(`/proc/${pid}/environ`, 'utf8')];
    } catch {
      // It ended while we looked, or is not ours.
      return [...args];
    }
  });
}

/** Sockets of running processes that are connected or connecting to a port of this machine. Linux only. */
export function socketsTo(port: number): number {
  let found = 0;
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of lines(table)) {
      const fields = line.trim().split(/\s+/);
      const remotePort = Number.parseInt(fields[2]?.split(':')[1] ?? '', 16);
      // Without an inode no process has it any more: the kernel is finishing it.
      if (remotePort === port && fields[9] !== '0') found++;
    }
  }
  return found;
}

function lines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(1);
  } catch {
    return [];
  }
}

/**
 * Memory of a process in KB, resident and swapped. Not its proportional share, which grows when another program
 * with the same libraries ends. Null when it has gone.
 */
export function memoryKb(pid: number): number | null {
  let status: string;
  try {
    status = readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return null;
  }
  const resident = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
  const swapped = /^VmSwap:\s+(\d+) kB/m.exec(status)?.[1];
  return resident === undefined ? null : Number(resident) + Number(swapped ?? 0);
}

/** A name server that fails, for FFmpeg only: what it is started with says which host it asks for. */
export interface FailingDns {
  /** To be started in FFmpeg's place. */
  readonly ffmpeg: string;
  fail(failing: boolean): void;
}

/**
 * While it fails, `localhost` of this port is replaced by a name that no name server knows.
 * @param folder for the script and its switch.
 */
export function failingDns(folder: string, port: number, ffmpeg = 'ffmpeg'): FailingDns {
  const [script, flag] = [join(folder, `ffmpeg-${port}.sh`), join(folder, `dns-${port}`)];
  const body = `#!/bin/sh
if [ "$(cat '${flag}')" = failing ]; then
  left=$#
  while [ "$left" -gt 0 ]; do
    word=$1
    shift
    case $word in
      *://localhost:${port}/*) word="\${word%%://*}://no-such-host.invalid/\${word##*/}" ;;
    esac
    set -- "$@" "$word"
    left=$((left - 1))
  done
fi
exec '${ffmpeg}' "$@"
`;
  writeFileSync(script, body, { mode: 0o755 });
  const fail = (failing: boolean): void => writeFileSync(flag, failing ? 'failing' : 'working');
  fail(false);
  return { ffmpeg: script, fail };
}
