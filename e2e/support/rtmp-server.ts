import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const MODULES = [
  '/usr/lib/nginx/modules/ngx_rtmp_module.so',
  '/usr/lib64/nginx/modules/ngx_rtmp_module.so',
  '/usr/share/nginx/modules/ngx_rtmp_module.so',
];

/** Why there can be no RTMP server here, with the command that changes it; null when there can be one. */
export function missingRtmpServer(): string | null {
  if (!nginxPath()) return 'nginx is not installed (Debian: apt-get install nginx-light libnginx-mod-rtmp)';
  if (!modulePath())
    return "nginx's rtmp module is not installed (Debian: apt-get install libnginx-mod-rtmp)";
  return null;
}

export interface RtmpServer {
  readonly port: number;
  /** `rtmp://127.0.0.1:PORT/live`, to which a key is added. */
  readonly url: string;
  /** Takes the publish of nobody: the server closes at once. */
  readonly deniedUrl: string;
  readonly folder: string;
  /** The recorded files of a key, in the order of their connections. */
  recordings(key: string): string[];
  /** Stops and continues all of nginx, connections stay open. */
  pause(): void;
  resume(): void;
  /** Ends nginx at once, connections are reset; start() brings it back on the same port. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Ends nginx and removes the recordings. */
  close(): Promise<void>;
}

/** An nginx-rtmp of our own on loopback that records every publish to a file of its own. */
export async function startRtmpServer(): Promise<RtmpServer> {
  const missing = missingRtmpServer();
  if (missing) throw new Error(missing);
  const folder = mkdtempSync(join(tmpdir(), 'vida3-rtmp-'));
  const records = join(folder, 'rec');
  mkdirSync(records);
  const port = await freePort();
  const config = join(folder, 'nginx.conf');
  writeFileSync(config, nginxConfig(port, folder, records));
  let child: ChildProcess | null = null;

  const start = async (): Promise<void> => {
    const started = spawn(nginxPath()!, ['-c', config, '-p', folder, '-e', join(folder, 'error.log')], {
      stdio: 'ignore',
    });
    child = started;
    let ended = false;
    started.once('exit', () => {
      ended = true;
    });
    await waitForPort(port, () => ended);
  };
  const kill = async (): Promise<void> => {
    const process = child;
    child = null;
    if (!process || process.exitCode !== null || process.signalCode !== null) return;
    const gone = new Promise((resolve) => process.once('exit', resolve));
    process.kill('SIGKILL');
    await gone;
  };
  await start();
  return {
    port,
    url: `rtmp://127.0.0.1:${port}/live`,
    deniedUrl: `rtmp://127.0.0.1:${port}/denied`,
    folder,
    recordings: (key) =>
      readdirSync(records)
        .filter((name) => name.startsWith(`${key}-`) && name.endsWith('.flv'))
        .sort()
        .map((name) => join(records, name)),
    pause: () => child?.kill('SIGSTOP'),
    resume: () => child?.kill('SIGCONT'),
    kill,
    start,
    close: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function nginxConfig(port: number, folder: string, records: string): string {
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  return `load_module ${modulePath()};
${user}
daemon off;
master_process off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log warn;
events { worker_connections 256; }
rtmp {
  server {
    listen 127.0.0.1:${port};
    chunk_size 4096;
    application live {
      live on;
      record all;
      record_path ${records};
      record_suffix .flv;
      record_unique on;
    }
    application denied {
      live on;
      deny publish all;
    }
  }
}
`;
}

function nginxPath(): string | null {
  for (const folder of [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']) {
    const path = join(folder, 'nginx');
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder: the next one.
    }
  }
  return null;
}

function modulePath(): string | null {
  return MODULES.find((path) => existsSync(path)) ?? null;
}

/** A port of loopback that nobody listens on now. */
export async function freePort(): Promise<number> {
  for (;;) {
    // Below what systems give out themselves: nobody's connection takes it before its owner does, or while it is away.
    const port = randomInt(20_000, 32_000);
    if (await canListen(port)) return port;
  }
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

async function waitForPort(port: number, ended: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (ended()) throw new Error('nginx ended at once');
    if (await canConnect(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`nginx does not listen on port ${port}`);
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
