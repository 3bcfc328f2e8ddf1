import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statfsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ReasonError } from '../../../shared/errors.ts';
import type { Log } from '../../logging/log.ts';
import { makeTempFolder } from '../temp-folder.ts';
import { CdpPipe } from './cdp-pipe.ts';
import { findChrome } from './chrome-find.ts';
import { type ChromeMachine, chromeFlags } from './chrome-flags.ts';
import { groupIsGone, groupMemoryMb, groupPids, signalTree } from './process-tree.ts';

export interface ChromeOptions {
  readonly mode: 'studio' | 'headless';
  /** Folder for the profile that the studio keeps; headless ones are temporary. */
  readonly profilesDir: string;
  /** A page that needs no rights, shown until the real address is opened. */
  readonly openingUrl: string;
  /** The address with its token. It goes over the private pipe, so that no process list shows it. */
  readonly entryUrl: string;
  /** The page's address without token, for a page that crashed. */
  readonly reloadUrl: string;
  readonly cameraFile?: string;
  readonly microphoneFile?: string;
  readonly log: Log;
  /** Aborted when the host closes while the browser is still starting. */
  readonly signal: AbortSignal;
  /** The page crashed, or its process was killed; it is being loaded again. */
  readonly onCrash: () => void;
  /** The browser ended although close() was not called. */
  readonly onExit: () => void;
}

const START_TIMEOUT_MS = 30_000;
const CLOSE_TIMEOUT_MS = 2000;
const GONE_TIMEOUT_MS = 3000;
const EXIT_HEARD_MS = 300;
const STDERR_KEPT = 4000;
const SMALL_SHM_BYTES = 256 * 2 ** 20;
/** A page that crashes more often than this within a minute is not worth reloading. */
const MAX_CRASHES = 3;
const CRASHES_WITHIN_MS = 60_000;

const targetInfo = z.object({ targetId: z.string(), type: z.string() });
const targetsSchema = z.object({ targetInfos: z.array(targetInfo) });
const targetIdSchema = z.object({ targetId: z.string() });
const sessionSchema = z.object({ sessionId: z.string() });
const navigatedSchema = z.object({ errorText: z.string().optional() });

/** One running browser with one page. */
export class Chrome {
  readonly #options: ChromeOptions;
  readonly #process: ChildProcess;
  readonly #pid: number;
  readonly #cdp: CdpPipe;
  readonly #temporary: string;
  readonly #exited: Promise<void>;
  #stderr = '';
  #closing: Promise<void> | null = null;

  private constructor(options: ChromeOptions, child: ChildProcess, cdp: CdpPipe, temporary: string) {
    this.#options = options;
    this.#process = child;
    this.#pid = child.pid!;
    this.#cdp = cdp;
    this.#temporary = temporary;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT);
    });
    this.#exited = once(child, 'exit').then(() => undefined);
    void this.#exited.then(() => {
      if (this.#closing) return;
      options.log.warn('browser ended', {
        code: child.exitCode,
        signal: child.signalCode,
        stderr: this.#stderr,
      });
      void this.close().then(options.onExit);
    });
  }

  /**
   * Starts the browser and opens the page.
   * @throws ReasonError `host.browser-missing`, `host.browser-closed` (it ended at once), `host.page-silent`
   */
  static async open(options: ChromeOptions): Promise<Chrome> {
    const path = await findChrome();
    const temporary = makeTempFolder('chrome');
    const profile = join(options.mode === 'headless' ? temporary : options.profilesDir, 'browser-profile');
    await mkdir(profile, { recursive: true, mode: 0o700 });
    const flags = chromeFlags({
      mode: options.mode,
      profile,
      url: options.openingUrl,
      cameraFile: options.cameraFile,
      microphoneFile: options.microphoneFile,
      machine: thisMachine(),
    });
    const child = spawn(path, flags, {
      // A group of its own, so that its end takes every helper process with it.
      detached: process.platform !== 'win32',
      // A browser that is killed leaves its temporary files; here they go with ours.
      env: { ...process.env, TMPDIR: temporary },
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    });
    const [toBrowser, fromBrowser] = [child.stdio[3], child.stdio[4]];
    if (child.pid === undefined || !(toBrowser instanceof Writable) || !(fromBrowser instanceof Readable)) {
      const error: unknown = child.pid === undefined ? (await once(child, 'error'))[0] : undefined;
      await rm(temporary, { recursive: true, force: true });
      throw new ReasonError('host.browser-missing', path, { cause: error });
    }
    const chrome = new Chrome(options, child, new CdpPipe(toBrowser, fromBrowser), temporary);
    options.log.info('browser started', { path, pid: child.pid, mode: options.mode });
    try {
      await chrome.#show();
    } catch (error) {
      // A pipe that breaks is heard before the exit that broke it.
      await Promise.race([chrome.#exited, sleep(EXIT_HEARD_MS)]);
      const ended = child.exitCode !== null || child.signalCode !== null;
      const detail = `${error instanceof Error ? error.message : error} ${chrome.#stderr.trim()}`.trim();
      await chrome.close();
      throw new ReasonError(ended ? 'host.browser-closed' : 'host.page-silent', detail, { cause: error });
    }
    return chrome;
  }

  memoryMb(): Promise<number> {
    return groupMemoryMb(this.#pid);
  }

  /** The browser's own process first, then its helpers. */
  pids(): Promise<number[]> {
    return groupPids(this.#pid);
  }

  /** Asks it to end, then makes it; resolves when no process of it is left and a temporary profile is removed. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const asked = this.#cdp.send('Browser.close').then(() => this.#exited);
    // A browser that is gone cannot answer, and one that hangs is made to end below.
    await Promise.race([asked.catch(() => undefined), sleep(CLOSE_TIMEOUT_MS)]);
    if (!(await this.#hasEnded(0))) await signalTree(this.#pid, 'SIGTERM');
    if (!(await this.#hasEnded(CLOSE_TIMEOUT_MS))) await signalTree(this.#pid, 'SIGKILL');
    if (!(await this.#hasEnded(GONE_TIMEOUT_MS))) this.#options.log.error('browser cannot be ended');
    await rm(this.#temporary, { recursive: true, force: true, maxRetries: 10 });
  }

  async #hasEnded(timeoutMs: number): Promise<boolean> {
    const leaderEnded = () => this.#process.exitCode !== null || this.#process.signalCode !== null;
    if (!leaderEnded()) await Promise.race([this.#exited, sleep(timeoutMs)]);
    return leaderEnded() && (await groupIsGone(this.#pid, timeoutMs));
  }

  async #show(): Promise<void> {
    const given = AbortSignal.any([AbortSignal.timeout(START_TIMEOUT_MS), this.#options.signal]);
    given.throwIfAborted();
    const late = new Promise<never>((_, reject) => {
      given.addEventListener('abort', () => reject(new Error('the browser does not answer')), { once: true });
    });
    await Promise.race([this.#attach(), late]);
  }

  async #attach(): Promise<void> {
    await this.#cdp.send('Target.setDiscoverTargets', { discover: true });
    const targetId = await this.#findPage();
    const attached = await this.#cdp.send('Target.attachToTarget', { targetId, flatten: true });
    const { sessionId } = sessionSchema.parse(attached);
    let crashes: number[] = [];
    this.#cdp.on('Target.targetCrashed', (params) => {
      if (targetIdSchema.parse(params).targetId !== targetId) return;
      const now = Date.now();
      crashes = [...crashes.filter((at) => now - at < CRASHES_WITHIN_MS), now];
      this.#options.log.error('page crashed', { crashes: crashes.length });
      if (crashes.length > MAX_CRASHES) {
        this.#end();
        return;
      }
      this.#navigate(sessionId, this.#options.reloadUrl).catch(() => this.#end());
      this.#options.onCrash();
    });
    // On macOS the browser outlives its last window.
    this.#cdp.on('Target.targetDestroyed', (params) => {
      if (targetIdSchema.parse(params).targetId === targetId) this.#end();
    });
    await this.#navigate(sessionId, this.#options.entryUrl);
  }

  /** Ends the browser as if the user had closed it. */
  #end(): void {
    void signalTree(this.#pid, 'SIGTERM');
  }

  async #findPage(): Promise<string> {
    for (;;) {
      const { targetInfos } = targetsSchema.parse(await this.#cdp.send('Target.getTargets'));
      const page = targetInfos.find((target) => target.type === 'page');
      if (page) return page.targetId;
      await sleep(20);
    }
  }

  async #navigate(sessionId: string, url: string): Promise<void> {
    const result = navigatedSchema.parse(await this.#cdp.send('Page.navigate', { url }, sessionId));
    if (result.errorText) throw new Error(result.errorText);
  }
}

function thisMachine(): ChromeMachine {
  const linux = process.platform === 'linux';
  return {
    root: linux && process.getuid?.() === 0,
    gpu: !linux || existsSync('/dev/dri') || existsSync('/dev/nvidia0'),
    smallShm: linux && shmBytes() < SMALL_SHM_BYTES,
  };
}

function shmBytes(): number {
  try {
    const { bsize, bavail } = statfsSync('/dev/shm');
    return bsize * bavail;
  } catch {
    return 0;
  }
}
