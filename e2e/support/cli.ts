import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');

export interface CliRun {
  readonly child: ChildProcess;
  /** Everything printed so far, both streams. */
  readonly output: () => string;
  /** Resolves when it has ended. */
  readonly done: Promise<{ code: number | null; output: string; stdout: string; ms: number }>;
  /** Resolves when the output matches. */
  until(pattern: RegExp, timeoutMs?: number): Promise<void>;
}

/** Runs the built program as a user's command does, with a data folder of its own. */
export function runCli(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): CliRun {
  const home = mkdtempSync(path.join(tmpdir(), 'vida3-home-'));
  const startedAt = Date.now();
  const child = spawn(process.execPath, [path.join(ROOT, 'dist/main/cli.js'), ...args], {
    cwd: ROOT,
    env: { ...process.env, VIDA3_HOME: home, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let stdout = '';
  const listeners = new Set<() => void>();
  const take = (chunk: Buffer) => {
    output += chunk.toString();
    for (const listener of listeners) listener();
  };
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    take(chunk);
  });
  child.stderr.on('data', take);
  const done = new Promise<{ code: number | null; output: string; stdout: string; ms: number }>((resolve) => {
    child.once('close', (code) => {
      rmSync(home, { recursive: true, force: true });
      resolve({ code, output, stdout, ms: Date.now() - startedAt });
      for (const listener of listeners) listener();
    });
  });
  return {
    child,
    output: () => output,
    done,
    until: (pattern, timeoutMs = 40_000) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => finish(() => reject(new Error(`No ${pattern} within ${timeoutMs} ms in:\n${output}`))),
          timeoutMs,
        );
        const look = () => {
          if (pattern.test(output)) finish(resolve);
          else if (child.exitCode !== null)
            finish(() => reject(new Error(`Ended (${child.exitCode}) without ${pattern}:\n${output}`)));
        };
        const finish = (settle: () => void) => {
          clearTimeout(timer);
          listeners.delete(look);
          settle();
        };
        listeners.add(look);
        look();
      }),
  };
}
