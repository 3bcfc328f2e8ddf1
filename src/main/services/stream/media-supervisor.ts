import type { MediaStatus } from '../../../shared/domain/stream-state.ts';
import { ReasonError } from '../../../shared/errors.ts';
import type { MediaProcess } from '../../host/port.ts';
import type { Log } from '../../logging/log.ts';
import type { MainToMedia, MediaDestination } from '../../media/protocol.ts';
import { EMPTY_STATUS, mergeStatus, whileDown } from './merge-status.ts';

export interface MediaSession {
  readonly epoch: number;
  readonly ffmpeg: string;
  readonly fps: number;
  readonly bitrateKbps: number;
  readonly destinations: readonly MediaDestination[];
}

/** A process that dies this often within a minute will not get better by another start. */
const MAX_RESTARTS_PER_MINUTE = 6;
const STOP_TIMEOUT_MS = 12_000;
/** It says its state twice a second; one that is silent for this long hangs. */
const SILENT_MS = 4000;
const WATCH_MS = 1000;

type State = 'down' | 'idle' | 'running' | 'stopping' | 'closed';

/**
 * Keeps one media process alive. A process that dies during a session is replaced at once and told to resume;
 * destinations that had failed stay failed. Messages of a process that was replaced are ignored.
 */
export class MediaSupervisor {
  private readonly startProcess: () => MediaProcess;
  private readonly log: Log;
  private state: State = 'down';
  private process: MediaProcess | null = null;
  private session: MediaSession | null = null;
  private carried: MediaStatus = EMPTY_STATUS;
  private merged: MediaStatus = EMPTY_STATUS;
  private diedAt: number | null = null;
  private restartTimes: number[] = [];
  private onStopped: ((leftOver: readonly string[]) => void) | null = null;
  private readonly statusListeners = new Set<(status: MediaStatus) => void>();
  private readonly failureListeners = new Set<(error: ReasonError) => void>();
  /** Replacements during the current session. */
  restarts = 0;
  private closedGapMs = 0;
  private heardAt = 0;
  private watch: NodeJS.Timeout | null = null;

  constructor(startProcess: () => MediaProcess, log: Log) {
    this.startProcess = startProcess;
    this.log = log;
  }

  /** Milliseconds of the current session without a live destination because the process was gone. */
  get gapMs(): number {
    return this.closedGapMs + (this.diedAt === null ? 0 : Date.now() - this.diedAt);
  }

  /** Starts the process ahead of the first session, so that going live does not wait for it. */
  warmUp(): void {
    if (this.state !== 'down') return;
    this.spawn();
    this.state = 'idle';
  }

  get status(): MediaStatus {
    return this.merged;
  }

  get pid(): number | undefined {
    return this.process?.pid;
  }

  onStatus(listener: (status: MediaStatus) => void): () => void {
    this.statusListeners.add(listener);
    return () => this.statusListeners.delete(listener);
  }

  /** The process cannot be kept alive; the session is lost. */
  onFailure(listener: (error: ReasonError) => void): () => void {
    this.failureListeners.add(listener);
    return () => this.failureListeners.delete(listener);
  }

  begin(session: MediaSession): void {
    this.warmUp();
    if (this.state !== 'idle') throw new ReasonError('stream.already-live');
    this.session = session;
    this.carried = EMPTY_STATUS;
    this.merged = EMPTY_STATUS;
    this.restarts = 0;
    this.closedGapMs = 0;
    this.diedAt = null;
    this.state = 'running';
    this.heardAt = Date.now();
    this.watch = setInterval(() => this.look(), WATCH_MS);
    this.sendStart(session.destinations);
  }

  /** Ends the session. @returns what had to be killed because it did not end by itself */
  async end(): Promise<readonly string[]> {
    this.endWatch();
    if (this.state !== 'running') return [];
    this.state = 'stopping';
    const process = this.process;
    const leftOver = await new Promise<readonly string[]>((resolve) => {
      const timer = setTimeout(() => resolve(['media process']), STOP_TIMEOUT_MS);
      this.onStopped = (names) => {
        clearTimeout(timer);
        resolve(names);
      };
      if (process) this.send(process, { type: 'stop' });
      else this.onStopped([]);
    });
    this.onStopped = null;
    this.session = null;
    this.closeGap();
    if (leftOver.includes('media process')) {
      this.log.warn('The media process did not stop in time and is killed');
      await process?.kill();
    }
    if (this.state === 'stopping') this.state = this.process ? 'idle' : 'down';
    return leftOver;
  }

  async close(): Promise<void> {
    this.endWatch();
    this.state = 'closed';
    const process = this.process;
    this.process = null;
    await process?.kill();
  }

  private spawn(): void {
    const process = this.startProcess();
    this.process = process;
    process.onMessage((message) => {
      if (this.process !== process) return;
      this.heardAt = Date.now();
      switch (message.type) {
        case 'status':
          this.takeStatus(message.status);
          break;
        case 'stopped':
          this.onStopped?.(message.leftOver);
          break;
        case 'log':
        case 'ready':
          break;
      }
    });
    process.onExit(({ code, signal, expected }) => {
      if (this.process !== process) return;
      this.process = null;
      if (expected || this.state === 'closed') return;
      this.log.warn(`The media process ended unexpectedly (${signal ?? `exit ${code}`})`);
      this.replace();
    });
  }

  private replace(): void {
    if (this.state === 'stopping') {
      this.onStopped?.([]);
      return;
    }
    if (this.state !== 'running') {
      this.state = 'down';
      return;
    }
    const now = Date.now();
    this.diedAt ??= now;
    this.restarts++;
    this.restartTimes = [...this.restartTimes.filter((at) => now - at < 60_000), now];
    this.merged = whileDown(this.merged);
    this.carried = this.merged;
    this.notify();
    if (this.restartTimes.length > MAX_RESTARTS_PER_MINUTE) {
      this.state = 'down';
      this.closeGap();
      this.merged = {
        ...this.merged,
        destinations: this.merged.destinations.map((d) =>
          d.state === 'reconnecting' ? { ...d, state: 'failed', reason: 'media.unreachable' } : d,
        ),
      };
      this.notify();
      const error = new ReasonError('media.unreachable', 'the media process keeps dying');
      for (const listener of [...this.failureListeners]) listener(error);
      return;
    }
    this.heardAt = now;
    this.spawn();
    const failed = new Set(this.merged.destinations.filter((d) => d.state === 'failed').map((d) => d.id));
    const live = new Set(this.merged.destinations.filter((d) => d.firstByteMs !== null).map((d) => d.id));
    this.sendStart(
      this.session!.destinations.filter((d) => !failed.has(d.id)).map((d) => ({
        ...d,
        resumed: live.has(d.id),
      })),
    );
  }

  private sendStart(destinations: readonly MediaDestination[]): void {
    const { epoch, ffmpeg, fps, bitrateKbps } = this.session!;
    this.send(this.process!, {
      type: 'start',
      epoch,
      ffmpeg,
      fps,
      bitrateKbps,
      destinations: [...destinations],
    });
  }

  private send(process: MediaProcess, message: MainToMedia): void {
    process.send(message);
  }

  private takeStatus(status: MediaStatus): void {
    const merged = mergeStatus(this.carried, status);
    const gone = this.carried.destinations.filter(
      (d) => d.state === 'failed' && !merged.destinations.some((n) => n.id === d.id),
    );
    this.merged = gone.length > 0 ? { ...merged, destinations: [...merged.destinations, ...gone] } : merged;
    if (status.destinations.some((d) => d.state === 'live')) this.closeGap();
    this.notify();
  }

  private endWatch(): void {
    if (this.watch) clearInterval(this.watch);
    this.watch = null;
  }

  private look(): void {
    const process = this.process;
    if (this.state !== 'running' || !process || Date.now() - this.heardAt < SILENT_MS) return;
    this.log.warn('The media process says nothing and is replaced');
    this.process = null;
    process
      .kill()
      .catch((error: unknown) => this.log.error(`The media process cannot be killed: ${String(error)}`));
    this.replace();
  }

  private closeGap(): void {
    this.closedGapMs = this.gapMs;
    this.diedAt = null;
  }

  private notify(): void {
    for (const listener of [...this.statusListeners]) listener(this.merged);
  }
}
