import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../support/rtmp-server.ts';
import { until } from './studio.ts';

const FFMPEG = process.env['VIDA3_FFMPEG'] ?? 'ffmpeg';

/** An ingest server that every machine with FFmpeg has: one connection at a time, each recorded to a file. */
export interface RtmpSink {
  /** Address with its key. */
  readonly url: string;
  /** Files of the connections so far, oldest first. */
  recordings(): string[];
  /** Resolves when what was sent has been written: the connection is over. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export async function openRtmpSink(): Promise<RtmpSink> {
  const folder = mkdtempSync(path.join(tmpdir(), 'vida3-sink-'));
  const port = await freePort();
  const url = `rtmp://127.0.0.1:${port}/live/${randomBytes(6).toString('hex')}`;
  const files: string[] = [];
  let child: ChildProcess | null = null;
  let closed = false;

  const start = (): void => {
    const file = path.join(folder, `${files.length}.flv`);
    files.push(file);
    const started = spawn(
      FFMPEG,
      [...['-v', 'error', '-f', 'flv', '-listen', '1', '-i', url], ...['-c', 'copy', '-f', 'flv', file]],
      { stdio: 'ignore' },
    );
    child = started;
    started.once('error', () => {
      closed = true;
    });
    started.once('exit', () => {
      child = null;
      if (!closed) start();
    });
  };
  const waits = () => isTaken(port);
  start();
  await until('the sink listens', waits);
  return {
    url,
    recordings: () => files.filter((file) => existsSync(file)),
    settled: () => until('the connection is over', waits),
    async close() {
      closed = true;
      const last = child;
      if (last) {
        const gone = new Promise((resolve) => last.once('exit', resolve));
        last.kill('SIGKILL');
        await gone;
      }
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

/** Whether somebody listens on a port, without being the one connection that it takes. */
function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(true));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(false)));
  });
}
