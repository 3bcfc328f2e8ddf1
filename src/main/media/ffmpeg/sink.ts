import { type ChildProcess, spawn } from 'node:child_process';
import net from 'node:net';
import { ReasonError } from '../../../shared/errors.ts';
import { ProgressParser } from './progress.ts';

/** A local RTMP server for one publisher: FFmpeg itself, so that it runs on every system. */
export interface RtmpSink {
  readonly url: string;
  readonly pid: number;
  /**
   * Resolves when the publisher has gone and the file is complete, with what arrived.
   * @throws ReasonError `ffmpeg.died`
   */
  finished(timeoutMs: number): Promise<{ readonly frames: number; readonly seconds: number }>;
  close(): Promise<void>;
}

const LISTEN_TIMEOUT_MS = 5000;

/**
 * Starts a sink on loopback; resolves when it listens.
 * @param target a file (`.mp4`, `.mkv` or `.flv`), or `discard`: what arrives is counted and thrown away
 * @throws ReasonError `ffmpeg.died`
 */
export async function startRtmpSink(
  ffmpeg: string,
  target: { file: string } | { discard: true },
): Promise<RtmpSink> {
  // Looking whether FFmpeg listens may take the port from it: another one is tried then.
  for (let attempt = 1; ; attempt++) {
    try {
      return await listenOnce(ffmpeg, target);
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}

async function listenOnce(ffmpeg: string, target: { file: string } | { discard: true }): Promise<RtmpSink> {
  const port = await freePort();
  const url = `rtmp://127.0.0.1:${port}/live/demo`;
  const child = spawn(
    ffmpeg,
    [
      ...['-hide_banner', '-nostdin', '-loglevel', 'warning', '-y', '-listen', '1', '-timeout', '120'],
      ...['-i', url, '-c', 'copy', '-nostats', '-progress', 'pipe:1'],
      ...('file' in target ? [target.file] : ['-f', 'null', '-']),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const progress = new ProgressParser();
  let received = { frames: 0, seconds: 0 };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    for (const { frame, outTimeMs } of progress.push(text)) {
      received = { frames: frame, seconds: (outTimeMs ?? 0) / 1000 };
    }
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-2000);
  });
  const exited = new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      log += error.message;
      resolve(null);
    });
    child.once('close', (code) => resolve(code));
  });
  await listening(port, exited, () => log);
  return {
    url,
    pid: child.pid!,
    async finished(timeoutMs) {
      const code = await Promise.race([
        exited,
        new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), timeoutMs).unref()),
      ]);
      if (code === 'late') {
        await end(child, exited);
        throw new ReasonError('ffmpeg.died', 'the local server did not finish its file');
      }
      if (code !== 0) throw new ReasonError('ffmpeg.died', log.trim());
      return received;
    },
    close: () => end(child, exited),
  };
}

async function end(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  await exited;
}

/** FFmpeg takes one connection only, so listening is seen by not being able to listen there. */
async function listening(port: number, exited: Promise<unknown>, log: () => string): Promise<void> {
  let gone = false;
  void exited.then(() => {
    gone = true;
  });
  const deadline = Date.now() + LISTEN_TIMEOUT_MS;
  while (await canListen(port)) {
    if (gone || Date.now() > deadline)
      throw new ReasonError('ffmpeg.died', log().trim() || 'the local server did not start');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
