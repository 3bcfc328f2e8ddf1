import { AUDIO_KBPS } from '../../../shared/domain/encoding.ts';
import { trackingFps } from '../../../shared/domain/studio.ts';
import { type Reason, ReasonError, toReasonError } from '../../../shared/errors.ts';
import type { RehearsalSnapshot } from '../../../shared/ipc/rehearsal.ts';
import type { Log } from '../../logging/log.ts';
import type { StreamService } from '../stream/stream-service.ts';
import type { StudioService } from '../studio/studio-service.ts';
import { gradeRehearsal } from './grade.ts';
import type { RehearsalSink } from './ports.ts';

export interface RehearsalOptions {
  readonly stream: StreamService;
  readonly studio: StudioService;
  readonly ffmpeg: string;
  /** @throws Error when this machine lets no server listen */
  readonly openSink: () => Promise<RehearsalSink>;
  readonly publish: (snapshot: RehearsalSnapshot) => void;
  readonly log: Log;
  /** Length; the default is what a first user has patience for. */
  readonly seconds?: number;
}

const SECONDS = 20;
const TICK_MS = 250;
/** A sink on this machine is live within a second; a slow machine gets more. */
const LIVE_TIMEOUT_MS = 10_000;
const LAST_REPORT_MS = 4000;

/**
 * `idle → running → finishing → done → running …`: the whole chain for some seconds into a server on this machine
 * that nobody else can reach. Counts what arrived there and judges every stage by it.
 */
export class RehearsalService {
  readonly #options: RehearsalOptions;
  readonly #seconds: number;
  #snapshot: RehearsalSnapshot;
  #run: Promise<void> | null = null;
  #cancel = new AbortController();
  /** The broadcast that is this rehearsal's own; null before it has begun. */
  #epoch: number | null = null;

  constructor(options: RehearsalOptions) {
    this.#options = options;
    this.#seconds = options.seconds ?? SECONDS;
    this.#snapshot = { phase: 'idle', seconds: this.#seconds, elapsed: 0, result: null };
    options.publish(this.#snapshot);
  }

  get snapshot(): RehearsalSnapshot {
    return this.#snapshot;
  }

  /**
   * Begins; the snapshot tells the rest.
   * @throws ReasonError `stream.already-live`, `stream.not-ready`
   */
  start(): void {
    const { stream, studio } = this.#options;
    if (this.#run || stream.snapshot.phase !== 'idle') throw new ReasonError('stream.already-live');
    studio.requireReady();
    this.#cancel = new AbortController();
    this.#epoch = null;
    this.#set({ phase: 'running', elapsed: 0, result: null });
    this.#run = this.#rehearse(this.#cancel.signal).finally(() => {
      this.#run = null;
    });
  }

  /** Ends it early, without a result. Resolves when nothing of it is left. Safe to call at any time. */
  async stop(): Promise<void> {
    this.#cancel.abort();
    await this.#run;
  }

  async #rehearse(signal: AbortSignal): Promise<void> {
    let sink: RehearsalSink | null = null;
    try {
      sink = await this.#options.openSink().catch((error: unknown) => {
        throw new ReasonError('rehearsal.no-sink', toReasonError(error).message, { cause: error });
      });
      signal.throwIfAborted();
      const result = await this.#hold(sink, signal);
      this.#set({ phase: 'done', result });
    } catch (error) {
      await this.#stopOwn();
      if (signal.aborted) this.#set({ phase: 'idle', elapsed: 0, result: null });
      else this.#fail(error);
    } finally {
      await sink?.close().catch((error: unknown) => {
        this.#options.log.warn(`the rehearsal's server did not end: ${toReasonError(error).message}`);
      });
    }
  }

  async #hold(sink: RehearsalSink, signal: AbortSignal): Promise<NonNullable<RehearsalSnapshot['result']>> {
    const { stream, studio, ffmpeg } = this.#options;
    const before = studio.report;
    if (!before) throw new ReasonError('stream.not-ready');
    const { settings, avatar } = studio.snapshot;
    const { picture } = settings;
    const beganAt = performance.now();
    stream.goLive({
      kind: 'rehearsal',
      destinations: [
        { kind: 'rtmp', id: 'rehearsal', name: 'Rehearsal', server: sink.server, key: sink.key },
      ],
      ffmpeg,
      settings,
      avatarId: avatar.id,
    });
    this.#epoch = stream.currentEpoch;
    await this.#wait(signal);
    this.#set({ phase: 'finishing', elapsed: this.#seconds });
    const seconds = stream.snapshot.elapsedSeconds;
    // An encoder that has ended tells nothing any more.
    const { audioDriftMs: driftMs, encoder } = stream.mediaStatus;
    const epoch = this.#epoch;
    const last = studio.waitForReport(
      (report) => report.encode.epoch === epoch && report.encode.state === 'off',
      LAST_REPORT_MS,
      new ReasonError('host.page-silent'),
      signal,
    );
    // Whoever waits for both must not leave one unheard.
    last.catch(() => undefined);
    await stream.stop();
    const after = await last;
    const tookSeconds = (performance.now() - beganAt) / 1000;
    const received = await sink.received();
    const { audioSeconds, audioFilledSeconds, destinations, encoder: ended } = stream.mediaStatus;
    const sentBytes = destinations.reduce((sum, { bytes }) => sum + bytes, 0);
    const grades = gradeRehearsal({
      before,
      after,
      seconds: tookSeconds,
      cameraFps: trackingFps(picture.fps),
      microphoneOn: after.microphone.state === 'running',
      audioSeconds,
      audioFilledSeconds,
      driftMs,
      encodedOutside: ended?.frames ?? encoder?.frames ?? null,
      sentKbps: seconds > 0 ? (sentBytes * 8) / 1000 / seconds : 0,
      wantedKbps: picture.bitrateKbps + AUDIO_KBPS,
      received,
    });
    if (received.frames === 0) throw new ReasonError('rehearsal.silent');
    const ok = grades.every(({ grade }) => grade !== 'bad');
    return { ok, reason: null, frames: received.frames, seconds, grades };
  }

  /** Until the planned seconds were live. @throws ReasonError why the broadcast ended before, or the signal's */
  async #wait(signal: AbortSignal): Promise<void> {
    const { stream } = this.#options;
    const requestedAt = Date.now();
    for (;;) {
      signal.throwIfAborted();
      const { phase, startedAt, elapsedSeconds, reason } = stream.snapshot;
      if (phase === 'idle' || phase === 'stopping') {
        // Stopped by the window's own button: that is the user's word, too.
        if (reason === null) this.#cancel.abort();
        throw new ReasonError(reason ?? 'stream.not-live');
      }
      if (startedAt !== null && elapsedSeconds >= this.#seconds) return;
      if (startedAt === null && Date.now() - requestedAt > LIVE_TIMEOUT_MS) {
        throw new ReasonError('rehearsal.silent');
      }
      this.#set({ elapsed: Math.min(this.#seconds, elapsedSeconds) });
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
  }

  /** Whatever else is on the air by now is somebody else's. */
  async #stopOwn(): Promise<void> {
    const { stream, log } = this.#options;
    if (this.#epoch === null || stream.currentEpoch !== this.#epoch) return;
    try {
      await stream.stop();
    } catch (error) {
      log.error(`the rehearsal's stream did not stop: ${toReasonError(error).message}`);
    }
  }

  #fail(error: unknown): void {
    const { reason, message } = toReasonError(error);
    this.#options.log.warn(`rehearsal: ${message}`);
    // Advice about servers and stream keys would lead astray: both are the rehearsal's own.
    const told = reason.startsWith('destination.') ? 'rehearsal.no-sink' : reason;
    this.#set({ phase: 'done', result: failed(told) });
  }

  #set(change: Partial<RehearsalSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    this.#options.publish(this.#snapshot);
  }
}

function failed(reason: Reason): NonNullable<RehearsalSnapshot['result']> {
  return { ok: false, reason, frames: 0, seconds: 0, grades: [] };
}
