import {
  type EncoderTrial,
  type FfmpegEncoder,
  X264_PRESETS,
  type X264Preset,
} from '../../../shared/domain/encoding.ts';
import { isOver, type MediaStatus } from '../../../shared/domain/stream-state.ts';
import { ReasonError } from '../../../shared/errors.ts';
import type { MediaProcess } from '../../host/port.ts';
import type { Log } from '../../logging/log.ts';
import type { MainToMedia, MediaDestination, MediaToMain } from '../../media/protocol.ts';
import { EMPTY_STATUS, mergeStatus, whileDown, withState } from './merge-status.ts';

type StartMessage = Extract<MainToMedia, { type: 'start' }>;
/** What a session begins with; the supervisor keeps it up to date for a process that must be replaced. */
export type MediaSession = Omit<StartMessage, 'type' | 'preset'>;

/** A process that dies this often within a minute will not get better by another start. */
const MAX_RESTARTS_PER_MINUTE = 6;
const STOP_TIMEOUT_MS = 12_000;
/** It says its state twice a second; one that is silent for this long hangs. */
const SILENT_MS = 4000;
const WATCH_MS = 1000;
/** Seven encoders of ten seconds each at the most, one after the other. */
const TRIALS_TIMEOUT_MS = 75_000;
const REPLAY_TIMEOUT_MS = 30_000;

type State = 'down' | 'idle' | 'running' | 'stopping' | 'closed';
type Answer<T extends MediaToMain['type']> = Extract<MediaToMain, { type: T }>;

/**
 * Keeps one media process alive. A process that dies during a session is replaced at once and told to resume;
 * destinations that had failed stay failed. Messages of a process that was replaced are ignored.
 */
export class MediaSupervisor {
  private readonly startProcess: () => MediaProcess;
  private readonly log: Log;
  private readonly endChildren: (status: MediaStatus) => void;
  private state: State = 'down';
  private process: MediaProcess | null = null;
  private session: MediaSession | null = null;
  /** Of libx264; the load governor's, from session to session. */
  private preset: X264Preset = X264_PRESETS[0];
  private carried: MediaStatus = EMPTY_STATUS;
  private merged: MediaStatus = EMPTY_STATUS;
  private diedAt: number | null = null;
  private restartTimes: number[] = [];
  private onStopped: ((leftOver: readonly string[]) => void) | null = null;
  private readonly statusListeners = new Set<(status: MediaStatus) => void>();
  private readonly failureListeners = new Set<(error: ReasonError) => void>();
  private readonly encoderListeners = new Set<(detail: string) => void>();
  /** Who waits for an answer other than `stopped`; null: the process has gone meanwhile. */
  private readonly waiting = new Set<(message: MediaToMain | null) => void>();
  /** Replacements during the current session. */
  restarts = 0;
  private closedGapMs = 0;
  private heardAt = 0;
  private watch: NodeJS.Timeout | null = null;
  private lookedAt = 0;

  /** @param endChildren ends what a process that died has left, unless its number is somebody else's by now */
  constructor(
    startProcess: () => MediaProcess,
    log: Log,
    endChildren: (status: MediaStatus) => void = () => {},
  ) {
    this.startProcess = startProcess;
    this.log = log;
    this.endChildren = endChildren;
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

  /** No encoder of the session's list works. */
  onEncodersFailed(listener: (detail: string) => void): () => void {
    this.encoderListeners.add(listener);
    return () => this.encoderListeners.delete(listener);
  }

  /** @throws ReasonError `stream.already-live` */
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
    this.lookedAt = this.heardAt;
    this.watch = setInterval(() => this.look(), WATCH_MS);
    this.tell({ type: 'start', ...session, preset: this.preset });
  }

  /** A destination more in the running session, or one that has ended or failed anew. */
  add(destination: MediaDestination): void {
    const session = this.running();
    const others = session.destinations.filter(({ id }) => id !== destination.id);
    this.session = { ...session, destinations: [...others, destination] };
    // Its counters begin anew as well.
    this.carried = without(this.carried, destination.id);
    this.merged = without(this.merged, destination.id);
    this.tell({ type: 'add', destination });
  }

  /** Ends one destination in order. */
  remove(id: string): void {
    const session = this.running();
    this.session = { ...session, destinations: session.destinations.filter((d) => d.id !== id) };
    this.tell({ type: 'remove', id });
  }

  /** Connects a failed or waiting destination at once. One that a replaced process never knew is added again. */
  retry(id: string): void {
    const session = this.running();
    const destination = session.destinations.find((d) => d.id === id);
    if (!destination) throw new ReasonError('destination.not-found', id);
    const isCarried = this.carried.destinations.some((d) => d.id === id && isOver(d.state));
    // A file goes on in a part of its own: what was written stays.
    if (isCarried) this.add({ ...destination, resumed: destination.kind === 'file' });
    else this.tell({ type: 'retry', id });
  }

  setAudioOffset(ms: number): void {
    if (this.state !== 'running' || this.session?.audioOffsetMs === ms) return;
    this.session = { ...this.session!, audioOffsetMs: ms };
    this.tell({ type: 'audio-offset', ms });
  }

  /** What libx264 is run with where it encodes raw pictures, in this session and those after it. */
  setPreset(preset: X264Preset): void {
    if (this.preset === preset) return;
    this.preset = preset;
    if (this.state === 'running') this.tell({ type: 'preset', preset });
  }

  /** From now on raw pictures come, to be encoded by these; empty: encoded ones come again. */
  useEncoders(encoders: readonly FfmpegEncoder[]): void {
    this.session = { ...this.running(), encoders: [...encoders] };
    this.tell({ type: 'encoders', encoders: [...encoders] });
  }

  /** @throws ReasonError of what kept the file from being written */
  async saveReplay(path: string): Promise<{ seconds: number }> {
    this.running();
    const answer = await this.ask(
      { type: 'save-replay', path },
      'replay',
      REPLAY_TIMEOUT_MS,
      (a) => a.path === path,
    );
    if (answer.reason !== null) throw new ReasonError(answer.reason, path);
    return { seconds: answer.seconds };
  }

  /** Tries encoders by encoding with each. @throws ReasonError `media.unreachable` */
  async tryEncoders(ffmpeg: string, encoders: readonly FfmpegEncoder[]): Promise<readonly EncoderTrial[]> {
    this.warmUp();
    const question: MainToMedia = { type: 'try-encoders', ffmpeg, encoders: [...encoders] };
    return (await this.ask(question, 'trials', TRIALS_TIMEOUT_MS)).trials;
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
      if (process) process.send({ type: 'stop' });
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
    this.answer(null);
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
        case 'encoders-failed':
          for (const listener of [...this.encoderListeners]) listener(message.detail);
          break;
        case 'trials':
        case 'replay':
          this.answer(message);
          break;
        case 'log':
        case 'ready':
          break;
      }
    });
    process.onExit(({ code, signal, expected }) => {
      if (this.process !== process) return;
      this.process = null;
      this.answer(null);
      if (expected || this.state === 'closed') return;
      this.log.warn(`The media process ended unexpectedly (${signal ?? `exit ${code}`})`);
      this.replace();
    });
  }

  private replace(): void {
    this.endChildren(this.merged);
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
    this.merged = whileDown(this.merged, now);
    this.carried = this.merged;
    this.notify();
    if (this.restartTimes.length > MAX_RESTARTS_PER_MINUTE) {
      this.state = 'down';
      this.closeGap();
      this.merged = {
        ...this.merged,
        destinations: this.merged.destinations.map((d) =>
          d.state === 'reconnecting' ? withState(d, 'failed', 'media.unreachable', now) : d,
        ),
      };
      this.notify();
      const error = new ReasonError('media.unreachable', 'the media process keeps dying');
      for (const listener of [...this.failureListeners]) listener(error);
      return;
    }
    this.heardAt = now;
    this.spawn();
    const over = new Set(this.merged.destinations.filter((d) => isOver(d.state)).map((d) => d.id));
    const live = new Set(this.merged.destinations.filter((d) => d.firstByteMs !== null).map((d) => d.id));
    const session = this.session!;
    this.tell({
      type: 'start',
      ...session,
      preset: this.preset,
      destinations: session.destinations
        .filter((d) => !over.has(d.id))
        .map((d) => ({ ...d, resumed: live.has(d.id) })),
    });
  }

  private running(): MediaSession {
    if (this.state !== 'running' || !this.session) throw new ReasonError('stream.not-live');
    return this.session;
  }

  private tell(message: MainToMedia): void {
    this.process?.send(message);
  }

  private ask<T extends 'trials' | 'replay'>(
    question: MainToMedia,
    type: T,
    timeoutMs: number,
    fits: (answer: Answer<T>) => boolean = () => true,
  ): Promise<Answer<T>> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        this.waiting.delete(hear);
        settle();
      };
      const hear = (message: MediaToMain | null) => {
        if (message === null) finish(() => reject(new ReasonError('media.crashed')));
        else if (message.type === type && fits(message as Answer<T>))
          finish(() => resolve(message as Answer<T>));
      };
      const timer = setTimeout(
        () => finish(() => reject(new ReasonError('media.unreachable', type))),
        timeoutMs,
      );
      this.waiting.add(hear);
      this.tell(question);
    });
  }

  private answer(message: MediaToMain | null): void {
    for (const hear of [...this.waiting]) hear(message);
  }

  private takeStatus(status: MediaStatus): void {
    this.merged = mergeStatus(this.carried, status);
    if (status.destinations.some((d) => d.state === 'live')) this.closeGap();
    this.notify();
  }

  private endWatch(): void {
    if (this.watch) clearInterval(this.watch);
    this.watch = null;
  }

  private look(): void {
    const process = this.process;
    const now = Date.now();
    // A machine that slept, or a busy one, heard nothing either: that silence is not the process's.
    if (now - this.lookedAt > SILENT_MS) this.heardAt = now;
    this.lookedAt = now;
    if (this.state !== 'running' || !process || now - this.heardAt < SILENT_MS) return;
    this.log.warn('The media process says nothing and is replaced');
    this.process = null;
    this.answer(null);
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

function without(status: MediaStatus, id: string): MediaStatus {
  return { ...status, destinations: status.destinations.filter((d) => d.id !== id) };
}
