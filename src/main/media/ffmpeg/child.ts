import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { plainEnvironment } from '../environment.ts';
import type { FfmpegExit } from './failure.ts';
import { type SecretFile, secretFile } from './secret-file.ts';

const TAIL_LINES = 30;
/** Of a line, as it is shown. */
const LINE_MAX = 400;
/** Of a line, as it is read by code. */
const RAW_LINE_MAX = 4_096;
/** A longer line may end within a secret: nothing of it is shown. */
const READ_LINE_MAX = 16_384;
const TOO_LONG = '(a line that is too long to be shown)';
const SHORT_SECRET = 8;

/** Every FFmpeg of this process that runs. */
const running = new Set<FfmpegChild>();

/** Kills every FFmpeg at once; for the end of the process, when nobody waits any more. */
export function killAllFfmpeg(): void {
  for (const child of running) child.kill();
}

/**
 * Resolves when no FFmpeg of this process runs. Those that run after `graceMs` are killed.
 * @returns their process ids.
 */
export async function allFfmpegGone(graceMs: number): Promise<number[]> {
  const left: number[] = [];
  await Promise.all(
    [...running].map(async (child) => {
      const timer = setTimeout(() => {
        if (child.pid !== undefined) left.push(child.pid);
        child.kill();
      }, graceMs);
      await child.exited;
      clearTimeout(timer);
    }),
  );
  return left;
}

export interface FfmpegOptions {
  readonly ffmpeg: string;
  /** `secretPath` is where the child finds {@link FfmpegOptions.secret}. */
  readonly args: (secretPath: string) => readonly string[];
  /** A preset that must not be seen by anybody. It is gone once the child has written to its stdout. */
  readonly secret?: string;
  /** Texts that are replaced in everything FFmpeg says. */
  readonly redact?: readonly string[];
}

/** One FFmpeg process: its pipes, the last lines it said, and its end. */
export class FfmpegChild {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Resolves once, when the process has gone and its pipes are closed. */
  readonly exited: Promise<FfmpegExit>;
  readonly #process: ChildProcess;
  readonly #redact: readonly string[];
  readonly #lines: { readonly raw: string; readonly shown: string }[] = [];
  #rest = '';
  #gone = false;

  constructor(options: FfmpegOptions) {
    this.#redact = options.redact ?? [];
    const secret = options.secret === undefined ? null : secretFile(options.secret);
    let child: ChildProcess;
    try {
      child = start(options, secret);
    } catch (error) {
      secret?.dispose();
      throw error;
    }
    this.#process = child;
    this.stdin = child.stdin!;
    this.stdout = child.stdout!;
    // A process that ends closes its stdin first; the exit tells why.
    this.stdin.on('error', () => undefined);
    // Reports come when everything is open: the preset has been read.
    if (secret) this.stdout.once('data', () => secret.dispose());
    child.stderr!.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    running.add(this);
    this.exited = new Promise((resolve) => {
      let spawnError: string | null = null;
      const finish = (code: number | null, signal: string | null): void => {
        if (this.#gone) return;
        this.#gone = true;
        running.delete(this);
        secret?.dispose();
        if (this.#rest !== '') this.#line(this.#rest);
        resolve({ code, signal, spawnError });
      };
      child.on('error', (error: NodeJS.ErrnoException) => {
        spawnError = error.code ?? 'unknown';
        if (child.pid === undefined) finish(null, null);
      });
      child.on('close', finish);
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get gone(): boolean {
    return this.#gone;
  }

  /** The last lines of stderr, to be read by code and by nobody else: a server may repeat the key in them. */
  get rawLines(): readonly string[] {
    return this.#lines.map(({ raw }) => raw);
  }

  /** The last lines of stderr, redacted. */
  get lines(): readonly string[] {
    return this.#lines.map(({ shown }) => shown);
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  /**
   * End of input, then at most `graceMs` to write the rest, then a kill.
   * @returns true when it had to be killed.
   */
  async end(graceMs: number): Promise<boolean> {
    this.stdin.end();
    let killed = false;
    const timer = setTimeout(() => {
      killed = true;
      this.kill();
    }, graceMs);
    await this.exited;
    clearTimeout(timer);
    return killed;
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split(/[\r\n]+/);
    this.#rest = lines.pop()!.slice(0, READ_LINE_MAX);
    for (const line of lines) if (line !== '') this.#line(line);
  }

  #line(line: string): void {
    // Cut first, a part of a secret would stay.
    const shown =
      line.length < READ_LINE_MAX ? redactSecrets(line, this.#redact).slice(0, LINE_MAX) : TOO_LONG;
    this.#lines.push({ raw: line.slice(0, RAW_LINE_MAX), shown });
    if (this.#lines.length > TAIL_LINES) this.#lines.shift();
  }
}

function start(options: FfmpegOptions, secret: SecretFile | null): ChildProcess {
  return spawn(options.ffmpeg, options.args(secret?.path ?? ''), {
    // An interrupt typed in the terminal is for the studio, which ends the stream in order.
    detached: process.platform !== 'win32',
    windowsHide: true,
    // Its messages are read by their English words.
    env: { ...plainEnvironment(), LC_ALL: 'C' },
    stdio: ['pipe', 'pipe', 'pipe', ...(secret?.fd === null || !secret ? [] : [secret.fd])],
  });
}

/** Replaces secrets by dots; a short one only where it stands alone, or no word would stay readable. */
export function redactSecrets(text: string, secrets: readonly string[]): string {
  let out = text;
  for (const secret of [...secrets].sort((a, b) => b.length - a.length)) {
    if (secret === '') continue;
    const escaped = secret.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    const alone = secret.length < SHORT_SECRET ? `(?<![\\w-])${escaped}(?![\\w-])` : escaped;
    out = out.replace(new RegExp(alone, 'g'), '••••');
  }
  return out;
}
