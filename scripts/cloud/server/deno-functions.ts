import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const START_MS = 20_000;
const STOP_MS = 3_000;

export interface FunctionsOptions {
  /** Root of the repository: `supabase/functions/<name>/index.ts` and node_modules. */
  readonly root: string;
  /** Where Deno keeps what it compiled. */
  readonly cache: string;
  readonly env: Readonly<Record<string, string>>;
  /** Ports of 127.0.0.1 that functions may reach. */
  readonly reach: readonly number[];
  readonly log: (line: string) => void;
}

/** Edge Functions under Deno, one process each, started at the first call. */
export interface Functions {
  readonly names: readonly string[];
  /** Where a function listens. @throws Error when it does not come up; the log says why */
  port(name: string): Promise<number>;
  close(): Promise<void>;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  return new Promise((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await gone;
  clearTimeout(timer);
}

/** @throws Error when Deno's binary is not installed */
export async function openFunctions(options: FunctionsOptions): Promise<Functions> {
  const folder = path.join(options.root, 'supabase', 'functions');
  // Not the wrapper in .bin: a signal would end that and leave the program behind it.
  const binary = process.platform === 'win32' ? 'deno.exe' : 'deno';
  const deno = path.join(options.root, 'node_modules', 'deno', binary);
  await stat(deno);
  const names: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name.startsWith('_')) continue;
    const files = await readdir(path.join(folder, entry.name));
    if (files.includes('index.ts')) names.push(entry.name);
  }
  const children: ChildProcess[] = [];
  const ports = new Map<string, Promise<number>>();
  let closed = false;

  const start = async (name: string): Promise<number> => {
    const port = await freePort();
    if (closed) throw new Error('The functions are closed');
    const reach = [port, ...options.reach].map((to) => `127.0.0.1:${to}`).join(',');
    const env = { ...options.env, PORT: String(port) };
    const child = spawn(
      deno,
      [
        'run',
        '--no-prompt',
        '--quiet',
        '--cached-only',
        '--no-lock',
        '--node-modules-dir=manual',
        `--allow-net=${reach}`,
        `--allow-env=${Object.keys(env).join(',')}`,
        // Libraries look for settings of other hosts; what is not named above is not there.
        '--ignore-env',
        path.join(folder, name, 'index.ts'),
      ],
      {
        cwd: options.root,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: process.env['PATH'] ?? '',
          HOME: process.env['HOME'] ?? '',
          DENO_DIR: options.cache,
          DENO_NO_UPDATE_CHECK: '1',
          NO_COLOR: '1',
          ...env,
        },
      },
    );
    children.push(child);
    const forget = (): void => {
      ports.delete(name);
    };
    child.once('exit', forget);
    child.once('error', forget);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        for (const line of chunk.toString('utf8').trimEnd().split('\n')) options.log(`[${name}] ${line}`);
      });
    }
    const until = Date.now() + START_MS;
    while (Date.now() < until && child.exitCode === null && child.signalCode === null && !closed) {
      if (await answers(port)) return port;
      await wait(25);
    }
    await stop(child);
    throw new Error(`The function ${name} did not start`);
  };

  return {
    names,
    port: (name) => {
      const known = ports.get(name);
      if (known) return known;
      const starting = start(name);
      ports.set(name, starting);
      starting.catch(() => ports.delete(name));
      return starting;
    },
    close: async () => {
      closed = true;
      await Promise.all(children.map(stop));
    },
  };
}
