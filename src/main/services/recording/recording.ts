import { rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GrowthRate } from '../../../shared/domain/growth-rate.ts';
import { MIN_FREE_BYTES } from '../../../shared/domain/recording-limits.ts';
import type { DestinationStatus, StreamSnapshot } from '../../../shared/domain/stream-state.ts';
import type { StudioSettings } from '../../../shared/domain/studio.ts';
import { type Reason, ReasonError, toReasonError } from '../../../shared/errors.ts';
import type { RecordingSnapshot } from '../../../shared/ipc/recording.ts';
import type { Log } from '../../logging/log.ts';
import { namesIn, prepareFolder } from './folder.ts';
import { FINAL_EXTENSION, fileStem, filesOf, PART_SUFFIX, RAW_EXTENSION, stemOf } from './names.ts';
import { RECORDING_ID, type RecordingStream, type Remux } from './ports.ts';
import { RemuxQueue } from './remux-queue.ts';
import { UnfinishedFiles } from './unfinished.ts';

const UNFINISHED_FILE = 'recordings.json';
const RATE_WINDOW_MS = 10_000;
/** A file grows by whole clusters: over less than this its rate says nothing. */
const RATE_MIN_MS = 2_000;

export interface RecordingOptions {
  readonly stream: RecordingStream;
  /** Data folder: keeps the list of files that a crash left. */
  readonly home: string;
  /** See {@link recordingsFolder}. Made when it is needed. */
  readonly folder: string;
  readonly settings: () => StudioSettings['recording'];
  readonly remux: Remux;
  readonly publish: (snapshot: RecordingSnapshot) => void;
  /** Told why a recording ended, or did not begin, without anybody having asked for that. */
  readonly onTrouble: (error: ReasonError) => void;
  readonly log: Log;
  /** Room on the disk of a folder in bytes; null when it cannot be told. */
  readonly freeBytes: (folder: string) => Promise<number | null>;
  readonly now?: () => number;
}

/** The recording that is being made. */
interface Current {
  readonly stem: string;
  readonly path: string;
  /** What was in the folder before. */
  readonly known: ReadonlySet<string>;
  /** What the stream said about the recording before this one. */
  readonly stale: string | null;
  /** It began with a broadcast and ends with it. */
  readonly follows: boolean;
  readonly rate: GrowthRate;
  /** The stream has been asked for it. */
  begun: boolean;
  startedAt: number | null;
  stopAsked: boolean;
}

type Shown = Pick<RecordingSnapshot, 'state' | 'reason' | 'name' | 'startedAt' | 'seconds' | 'bytes'>;

const OFF: Shown = { state: 'off', reason: null, name: null, startedAt: null, seconds: 0, bytes: 0 };

/**
 * Recordings and replays beside the stream: `off → starting → recording → stopping → off | failed`. The stream writes
 * the file; here are its name, its room, what becomes of it when it has ended, and what a crash left of it.
 */
export class RecordingService {
  readonly #options: RecordingOptions;
  readonly #unfinished: UnfinishedFiles;
  readonly #queue: RemuxQueue;
  readonly #now: () => number;
  readonly #freeBytes: (folder: string) => Promise<number | null>;
  readonly #off: () => void;
  #shown: Shown = OFF;
  #current: Current | null = null;
  #changes: Promise<unknown> = Promise.resolve();
  /** The broadcast that has been followed: one that the user ended by hand is not begun again. */
  #followed: string | null = null;
  #free: number | null = null;
  #saving: Promise<{ name: string }> | null = null;
  #replay: { last: string | null; reason: Reason | null } = { last: null, reason: null };
  #told = '';

  constructor(options: RecordingOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#freeBytes = options.freeBytes;
    this.#unfinished = new UnfinishedFiles(join(options.home, UNFINISHED_FILE), options.log);
    this.#queue = new RemuxQueue({
      remux: options.remux,
      freeBytes: this.#freeBytes,
      onChange: () => this.#publish(),
      onSettled: (source) => void this.#unfinished.remove(source),
      log: options.log,
    });
    this.#off = options.stream.onSnapshot((snapshot) => this.#take(snapshot));
    this.#publish();
  }

  get snapshot(): RecordingSnapshot {
    const { mediaStatus } = this.#options.stream;
    const free = (this.#current && mediaStatus.diskFreeBytes) ?? this.#free;
    const rate = this.#current?.rate.perSecond(this.#now()) ?? null;
    return {
      ...this.#shown,
      folder: this.#options.folder,
      freeBytes: free,
      freeSeconds:
        free === null || rate === null || rate <= 0
          ? null
          : Math.max(0, Math.floor((free - MIN_FREE_BYTES) / rate)),
      replay: {
        seconds: mediaStatus.replaySeconds,
        saving: this.#saving !== null,
        ...this.#replay,
      },
      jobs: this.#queue.jobs,
    };
  }

  /** Takes up what a run that crashed has left. Nothing of an earlier run writes any more. */
  async open(): Promise<void> {
    for (const path of await this.#unfinished.load()) await this.#recover(path);
    await this.#measure();
  }

  /** Interrupts jobs, which go on at the next start. The stream has ended before. */
  async close(): Promise<void> {
    this.#off();
    await this.#changes.catch(() => undefined);
    await this.#queue.close();
    await this.#unfinished.written();
  }

  /**
   * Begins; the snapshot tells the rest.
   * @throws ReasonError `record.already-recording`, `record.cannot-write`, `record.low-space`, `stream.not-ready`
   */
  start(): Promise<void> {
    return this.#serially(() => this.#begin(false));
  }

  /** Resolves when the file is complete. @throws ReasonError `record.not-recording` */
  stop(): Promise<void> {
    return this.#serially(() => this.#end());
  }

  /**
   * Saves the last seconds; whoever asks again meanwhile gets the same file.
   * @throws ReasonError `record.no-replay`, `record.cannot-write`, `record.low-space`
   */
  saveReplay(): Promise<{ name: string }> {
    this.#saving ??= this.#save().finally(() => {
      this.#saving = null;
      this.#publish();
    });
    this.#publish();
    return this.#saving;
  }

  /** Ends a job; the recording it was made from stays. */
  cancelJob(id: string): void {
    this.#queue.cancel(id);
  }

  /** Resolves when nothing is being made an MP4. */
  async idle(): Promise<void> {
    await this.#changes.catch(() => undefined);
    await this.#queue.idle();
    await this.#unfinished.written();
  }

  async #begin(follows: boolean): Promise<void> {
    if (this.#current) throw new ReasonError('record.already-recording');
    this.#show({ ...OFF, state: 'starting' });
    let path: string | null = null;
    try {
      const { stem, known } = await this.#newFile('recording');
      path = join(this.#options.folder, stem + RAW_EXTENSION);
      await this.#unfinished.add(path);
      const before = this.#destination(this.#options.stream.snapshot);
      const current: Current = {
        stem,
        path,
        known,
        stale: before ? signature(before) : null,
        follows,
        rate: new GrowthRate(RATE_WINDOW_MS, RATE_MIN_MS),
        begun: false,
        startedAt: null,
        stopAsked: false,
      };
      this.#current = current;
      this.#show({ name: stem + RAW_EXTENSION });
      this.#options.stream.startRecording({ id: RECORDING_ID, name: 'Recording', path });
      current.begun = true;
    } catch (error) {
      this.#current = null;
      this.#show(OFF);
      if (path) await this.#unfinished.remove(path);
      throw toReasonError(error);
    }
    this.#take(this.#options.stream.snapshot);
  }

  async #end(): Promise<void> {
    const current = this.#current;
    if (!current) throw new ReasonError('record.not-recording');
    current.stopAsked = true;
    this.#show({ state: 'stopping' });
    await this.#options.stream.stopRecording();
    // The stream has told by now, but for a file it never began.
    if (this.#current === current) this.#finish(current, null);
  }

  async #save(): Promise<{ name: string }> {
    try {
      if (this.#options.stream.mediaStatus.replaySeconds <= 0) throw new ReasonError('record.no-replay');
      const { stem } = await this.#newFile('replay');
      const path = join(this.#options.folder, stem + RAW_EXTENSION);
      await this.#unfinished.add(path);
      try {
        await this.#options.stream.saveReplay(path);
      } catch (error) {
        await this.#unfinished.remove(path);
        throw error;
      }
      this.#replay = { last: stem + RAW_EXTENSION, reason: null };
      await this.#written(path);
      return { name: stem + RAW_EXTENSION };
    } catch (error) {
      this.#replay = { ...this.#replay, reason: toReasonError(error).reason };
      throw error;
    }
  }

  /** A name that is free, in a folder that has room. @throws ReasonError `record.cannot-write`, `record.low-space` */
  async #newFile(kind: 'recording' | 'replay'): Promise<{ stem: string; known: ReadonlySet<string> }> {
    const { folder } = this.#options;
    await prepareFolder(folder);
    await this.#measure();
    if (this.#free !== null && this.#free < MIN_FREE_BYTES) {
      throw new ReasonError('record.low-space', `${this.#free} bytes are free`);
    }
    const known = new Set(await namesIn(folder));
    const isTaken = (stem: string): boolean =>
      known.has(stem + RAW_EXTENSION) || known.has(stem + FINAL_EXTENSION);
    return { stem: fileStem(kind, new Date(this.#now()), isTaken), known };
  }

  #take(snapshot: StreamSnapshot): void {
    this.#follow(snapshot);
    const current = this.#current;
    if (!current?.begun) {
      this.#publish();
      return;
    }
    const destination = this.#destination(snapshot);
    if (!destination || signature(destination) === current.stale) {
      // A session that is over before it said anything about the file.
      if (snapshot.phase === 'idle') this.#finish(current, snapshot.reason ?? 'record.failed');
      else this.#publish();
      return;
    }
    const { state, reason, bytes } = destination;
    const now = this.#now();
    if (state === 'live') {
      current.startedAt ??= now;
      current.rate.add(now, bytes);
    }
    const { startedAt } = current;
    const seconds = startedAt === null ? 0 : (now - startedAt) / 1000;
    const ongoing = current.stopAsked ? 'stopping' : startedAt === null ? 'starting' : 'recording';
    this.#shown = { ...this.#shown, startedAt, seconds, bytes };
    switch (state) {
      case 'idle':
      case 'connecting':
      case 'live':
      case 'reconnecting':
        this.#show({ state: ongoing, reason: state === 'reconnecting' ? reason : null });
        break;
      case 'stopping':
        this.#show({ state: 'stopping' });
        break;
      case 'ended':
        this.#finish(current, reason);
        break;
      case 'failed':
        // Stopped before there was a first picture.
        this.#finish(
          current,
          current.stopAsked && destination.frames === 0 ? null : (reason ?? 'record.failed'),
        );
        break;
    }
  }

  /** Begins and ends with a broadcast, where the user wants that. */
  #follow({ kind, phase, sessionId }: StreamSnapshot): void {
    const onAir = kind === 'broadcast' && phase === 'live' ? (sessionId ?? 'broadcast') : null;
    if (onAir !== null && this.#followed !== onAir) {
      this.#followed = onAir;
      if (!this.#options.settings().withStream || this.#current) return;
      this.#byItself(() => this.#begin(true));
    }
    if (onAir === null && phase !== 'stopping') {
      this.#followed = null;
      const current = this.#current;
      // The broadcast is over and its session goes on; else the file ends with the session.
      if (phase === 'idle' || !current?.follows || current.stopAsked) return;
      current.stopAsked = true;
      this.#byItself(() => this.#end());
    }
  }

  #byItself(change: () => Promise<void>): void {
    this.#serially(change).catch((error: unknown) => {
      const { reason, detail } = toReasonError(error);
      // The user was faster.
      if (reason === 'record.already-recording' || reason === 'record.not-recording') return;
      this.#show({ state: 'failed', reason });
      this.#options.onTrouble(new ReasonError(reason, detail, { cause: error }));
    });
  }

  /** @param reason why it ended by itself; null when it was stopped */
  #finish(current: Current, reason: Reason | null): void {
    this.#current = null;
    const inOrder = reason === null || reason === 'record.low-space';
    this.#show({ state: inOrder ? 'off' : 'failed', reason });
    if (reason !== null) this.#options.onTrouble(new ReasonError(reason, current.stem + RAW_EXTENSION));
    void this.#serially(async () => {
      const { folder } = this.#options;
      const files = filesOf(current.stem, (await namesIn(folder)) ?? []).filter(
        (name) => !current.known.has(name),
      );
      const paths = files.map((name) => join(folder, name));
      await this.#unfinished.replace(current.path, paths);
      for (const path of paths) await this.#written(path);
      await this.#measure();
    });
  }

  /** A file is complete: it becomes an MP4, where the user wants that. */
  async #written(path: string): Promise<void> {
    const size = await stat(path).then(
      (info) => info.size,
      () => 0,
    );
    if (size > 0 && this.#options.settings().remux) this.#queue.add(path);
    else await this.#unfinished.remove(path);
  }

  /** Of a run that crashed. */
  async #recover(path: string): Promise<void> {
    const folder = dirname(path);
    const names = await namesIn(folder);
    // Its disk may be back at another start.
    if (names === null) return;
    const files = filesOf(stemOf(path), names).map((name) => join(folder, name));
    await this.#unfinished.replace(path, files);
    if (files.length > 0) this.#options.log.info('a recording of a run that did not end in order', { files });
    for (const file of files) {
      await rm(join(folder, stemOf(file) + FINAL_EXTENSION + PART_SUFFIX), { force: true });
      await this.#written(file);
    }
  }

  async #measure(): Promise<void> {
    const { folder, home } = this.#options;
    this.#free = (await this.#freeBytes(folder)) ?? (await this.#freeBytes(home));
    this.#publish();
  }

  #destination({ destinations }: StreamSnapshot): DestinationStatus | undefined {
    return destinations.find(({ id }) => id === RECORDING_ID);
  }

  #serially<T>(change: () => Promise<T>): Promise<T> {
    const result = this.#changes.then(change);
    this.#changes = result.catch(() => undefined);
    return result;
  }

  #show(change: Partial<Shown>): void {
    this.#shown = { ...this.#shown, ...change };
    this.#publish();
  }

  #publish(): void {
    const { snapshot } = this;
    const text = JSON.stringify(snapshot);
    if (text === this.#told) return;
    this.#told = text;
    this.#options.publish(snapshot);
  }
}

/** Tells one recording of a session from the one before, whose last state is still told. */
function signature({ state, bytes, frames, history }: DestinationStatus): string {
  return JSON.stringify([state, bytes, frames, history.at(-1)?.atMs ?? null]);
}
