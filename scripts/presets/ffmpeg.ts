import { spawn } from 'node:child_process';

const FFMPEG = process.env.VIDA3_FFMPEG ?? 'ffmpeg';

/** A running FFmpeg that takes bytes on stdin. */
export interface Encoder {
  write(bytes: Uint8Array): Promise<void>;
  end(): Promise<void>;
}

const failure = (code: number | null, text: string): Error =>
  new Error(`ffmpeg ended with ${code}: ${text.slice(-400)}`);

/** Starts FFmpeg with `args`; rejects with the end of its log when it fails. */
export const startEncoder = (args: readonly string[]): Encoder => {
  const child = spawn(FFMPEG, ['-y', '-loglevel', 'error', ...args], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const ended = new Promise<void>((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => (code === 0 ? done() : fail(failure(code, log))));
  });
  // The rejection is delivered by end(); a broken pipe before that must not be fatal on its own.
  ended.catch(() => undefined);
  child.stdin.on('error', () => undefined);
  return {
    write: (bytes) =>
      new Promise((done, fail) => {
        child.stdin.write(bytes, (error) => (error ? ended.then(done, fail) : done()));
      }),
    end: async () => {
      child.stdin.end();
      await ended;
    },
  };
};

/** Runs FFmpeg and returns what it wrote to stdout. */
export const runFfmpeg = (args: readonly string[]): Promise<Buffer> =>
  new Promise((done, fail) => {
    const child = spawn(FFMPEG, ['-loglevel', 'error', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const parts: Buffer[] = [];
    let log = '';
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
    child.on('error', fail);
    child.on('close', (code) => (code === 0 ? done(Buffer.concat(parts)) : fail(failure(code, log))));
  });
