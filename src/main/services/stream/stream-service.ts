import { x264Preset } from '../../../shared/domain/governor.ts';
import type { PipelineReport } from '../../../shared/domain/report.ts';
import { isOver, type MediaStatus, type StreamSnapshot } from '../../../shared/domain/stream-state.ts';
import { type Reason, ReasonError, toReasonError } from '../../../shared/errors.ts';
import type { MediaDestination } from '../../media/protocol.ts';
import { RECORDING_ID } from '../recording/ports.ts';
import { AirTime } from './air-time.ts';
import type { EncoderPath } from './encoder-path.ts';
import { Heartbeat } from './heartbeat.ts';
import { Members } from './members.ts';
import { EMPTY_STATUS } from './merge-status.ts';
import { PageEncode } from './page-encode.ts';
import type { GoLivePlan, StreamOptions } from './ports.ts';
import { SessionEncoder } from './session-encoder.ts';
import { mediaSessionOf, renditionsInUse, renditionsOf, type SessionSettings } from './session-plan.ts';

/**
 * One session of the media engine at a time: `idle → starting → live → stopping → idle`. Live means that at least
 * one destination takes bytes. A session holds a broadcast, a rehearsal, or a recording alone; a recording becomes a
 * broadcast when the user goes live, and stays when the broadcast ends. When every destination has failed the
 * session ends by itself and says why.
 */
export class StreamService {
  private readonly options: StreamOptions;
  private phase: StreamSnapshot['phase'] = 'idle';
  private kind: StreamSnapshot['kind'] = 'broadcast';
  private epoch = 0;
  private reason: Reason | null = null;
  private status: MediaStatus = EMPTY_STATUS;
  private readonly air: AirTime;
  private readonly page = new PageEncode();
  private readonly members: Members;
  private settings: SessionSettings | null = null;
  private encoder: SessionEncoder | null = null;
  private readonly heartbeat = new Heartbeat(
    () => this.beat(),
    () => this.wakeUp(),
  );
  /** The session's end, and the end of a broadcast whose recording goes on. */
  private ending: Promise<void> | null = null;
  private leaving: Promise<void> | null = null;
  private readonly phaseListeners = new Set<(snapshot: StreamSnapshot) => void>();

  constructor(options: StreamOptions) {
    this.options = options;
    this.air = new AirTime(options.sessions);
    this.members = new Members(options.media);
    options.media.onStatus((status) => this.takeStatus(status));
    options.media.onFailure((error) => void this.endBecause(error.reason));
    options.media.onEncodersFailed((detail) => this.encodersFailed('raw', detail));
    this.publish();
  }

  get snapshot(): StreamSnapshot {
    return {
      phase: this.phase,
      kind: this.kind,
      sessionId: this.air.row,
      startedAt: this.air.startedAt,
      elapsedSeconds: this.air.seconds,
      destinations: this.status.destinations,
      losses: this.page.losses(this.status),
      media: { restarts: this.options.media.restarts, gapMs: this.options.media.gapMs },
      card: this.phase === 'live' && this.status.card,
      encoder: this.encoder?.describe(this.status, this.page.encoder) ?? null,
      renditions: this.status.renditions,
      reason: this.reason,
    };
  }

  /** The media process's own words, for the report. */
  get mediaStatus(): MediaStatus {
    return this.status;
  }

  get currentEpoch(): number {
    return this.epoch;
  }

  onSnapshot(listener: (snapshot: StreamSnapshot) => void): () => void {
    this.phaseListeners.add(listener);
    return () => this.phaseListeners.delete(listener);
  }

  /**
   * Starts the encoder and every destination; returns at once with the session (null: a rehearsal), the snapshot
   * tells the rest. A recording that runs goes on in it, with the picture it was begun with.
   * @throws ReasonError `stream.already-live`
   */
  goLive(plan: GoLivePlan): string | null {
    const kind = plan.kind ?? 'broadcast';
    const recordingRuns = this.phase === 'live' && this.kind === 'recording' && kind === 'broadcast';
    if (this.phase !== 'idle' && !recordingRuns) throw new ReasonError('stream.already-live');
    const sessionId =
      kind === 'rehearsal'
        ? null
        : this.options.sessions.open({
            startedAt: new Date(),
            avatarId: plan.avatarId,
            destinations: plan.destinations.map((d) => d.name),
          });
    try {
      if (recordingRuns) this.join(plan.destinations);
      else this.begin(kind, plan);
    } catch (error) {
      if (sessionId) this.options.sessions.close(sessionId, 0, 'failed');
      throw toReasonError(error);
    }
    this.kind = kind;
    this.air.keep(sessionId);
    this.publish();
    return sessionId;
  }

  /**
   * Records to a file, beside what runs or alone.
   * @throws ReasonError `record.already-recording`, `stream.already-live` during a rehearsal
   */
  startRecording(
    file: { readonly name: string; readonly path: string },
    plan: Omit<GoLivePlan, 'destinations'>,
  ): void {
    if (this.phase !== 'idle' && this.members.recording) throw new ReasonError('record.already-recording');
    const rendition = (this.settings ?? plan.settings).recording.own ? 'recording' : 'main';
    const destination: MediaDestination = { kind: 'file', id: RECORDING_ID, ...file, rendition };
    if (this.phase === 'idle') {
      this.begin('recording', { ...plan, destinations: [destination] });
      this.publish();
    } else if (this.kind === 'rehearsal' || this.phase === 'stopping') {
      throw new ReasonError('stream.already-live');
    } else this.add(destination);
  }

  /** Ends the recording in order; resolves when its file is complete. */
  async stopRecording(): Promise<void> {
    if (this.phase === 'idle' || !this.members.has(RECORDING_ID)) return;
    if (this.kind === 'recording') return this.end();
    await this.drop([RECORDING_ID]);
    this.tellProgramme();
  }

  /** One destination more for the running broadcast. @throws ReasonError `stream.not-live` */
  add(destination: MediaDestination): void {
    this.mustRun();
    this.members.join([destination]);
    this.tellProgramme();
  }

  /**
   * Ends one destination of a broadcast for good; the others do not notice.
   * @throws ReasonError `destination.last`, `stream.not-live`
   */
  async remove(id: string): Promise<void> {
    this.mustRun();
    const others = this.members.own(false).filter((d) => d.id !== id && !isOver(d.state));
    if (others.length === 0) throw new ReasonError('destination.last');
    await this.drop([id]);
    this.tellProgramme();
  }

  /**
   * Connects a destination of the broadcast again at once, as it is now. A file is begun anew by whoever names files.
   * @throws ReasonError `stream.not-live`, `destination.not-found`
   */
  reconnect(destination: MediaDestination): void {
    this.mustRun();
    this.members.reconnect(destination);
  }

  /** @throws ReasonError `record.no-replay` and what kept the file from being written */
  saveReplay(path: string): Promise<{ seconds: number }> {
    if (this.phase !== 'live' || this.status.replaySeconds === 0) throw new ReasonError('record.no-replay');
    return this.options.media.saveReplay(path);
  }

  /** The settings changed; what can follow them in a running session does. */
  applySettings({ audio }: SessionSettings): void {
    this.options.media.setAudioOffset(audio.offsetMs);
  }

  /**
   * Ends the broadcast or rehearsal; resolves when its FFmpegs have exited and the row is closed. A recording goes
   * on by itself. Safe to call twice.
   */
  stop(): Promise<void> {
    if (this.ending) return this.ending;
    if (this.leaving) return this.leaving;
    if (this.phase === 'idle' || this.kind === 'recording') return Promise.resolve();
    return this.members.recording ? this.leave() : this.end();
  }

  /** Ends everything, a recording as well. Safe to call twice. */
  end(): Promise<void> {
    if (this.phase === 'idle') return Promise.resolve();
    this.ending ??= this.finish().finally(() => {
      this.ending = null;
    });
    return this.ending;
  }

  /** Takes the page's numbers: the render and encode counters live there, and what the load governor gave up. */
  takeReport(report: PipelineReport): void {
    this.options.media.setPreset(x264Preset(report.governor.levers));
    if (report.encode.epoch !== this.epoch) return;
    this.page.take(report, this.status);
    if (this.page.isImpossible) this.encodersFailed('encoded', 'WebCodecs has no H.264 encoder here');
  }

  /** Milliseconds from the request to go live to the first byte a destination took. */
  get liveMs(): number | null {
    return this.air.liveMs;
  }

  private begin(kind: StreamSnapshot['kind'], plan: GoLivePlan): void {
    const { settings } = plan;
    const encoder = new SessionEncoder(settings.encoder, this.options.trials);
    this.reset(kind);
    this.epoch = (this.epoch % 65535) + 1;
    this.phase = 'starting';
    this.settings = settings;
    this.encoder = encoder;
    const destinations = this.members.begin(plan.destinations, renditionsOf(settings));
    try {
      this.options.media.begin(
        mediaSessionOf(kind, { ...plan, destinations }, { epoch: this.epoch, path: encoder.path }),
      );
    } catch (error) {
      this.phase = 'idle';
      this.settings = null;
      this.encoder = null;
      this.publish();
      throw error;
    }
    this.tellProgramme();
    this.heartbeat.start();
  }

  /** A broadcast begins in the session of a recording. */
  private join(destinations: readonly MediaDestination[]): void {
    this.members.join(destinations);
    this.air.request();
    this.reason = null;
    this.phase = 'starting';
    this.tellProgramme();
  }

  private reset(kind: StreamSnapshot['kind']): void {
    this.kind = kind;
    this.reason = null;
    this.status = EMPTY_STATUS;
    this.air.request();
    this.page.reset();
  }

  private async finish(): Promise<void> {
    this.air.stop();
    this.phase = 'stopping';
    this.publish();
    this.options.programme.setBroadcast(null);
    const leftOver = await this.options.media.end();
    if (leftOver.length > 0) this.sayLeftOver(leftOver);
    this.heartbeat.stop();
    this.air.close(this.reason);
    this.phase = 'idle';
    this.settings = null;
    this.publish();
  }

  /** Ends every destination but the recording, whose session goes on. */
  private leave(): Promise<void> {
    this.leaving ??= this.stopBroadcast().finally(() => {
      this.leaving = null;
    });
    return this.leaving;
  }

  private async stopBroadcast(): Promise<void> {
    this.air.stop();
    this.phase = 'stopping';
    this.publish();
    const { epoch } = this;
    await this.drop(this.members.others);
    // The whole session may have been ended meanwhile.
    if (this.ending || this.epoch !== epoch || this.phase !== 'stopping') return;
    this.air.close(this.reason);
    this.kind = 'recording';
    this.phase = 'live';
    this.air.start();
    this.tellProgramme();
    this.publish();
    // It may have ended while the others did.
    if (!this.members.recording) await this.end();
  }

  /** Resolves when these have ended; says what would not. */
  private async drop(ids: readonly string[]): Promise<void> {
    const { epoch } = this;
    const left = await this.members.drop(
      ids,
      () => this.ending !== null || this.phase === 'idle' || this.epoch !== epoch,
    );
    if (left.length > 0) this.sayLeftOver(left);
  }

  private sayLeftOver(names: readonly string[]): void {
    this.options.log.warn(`Stop had to kill: ${names.join(', ')}`);
    this.options.onTrouble(new ReasonError('destination.left-over', names.join(', ')));
  }

  private async endBecause(reason: Reason): Promise<void> {
    if (this.phase === 'idle' || this.phase === 'stopping') return;
    this.reason = reason;
    await this.end();
  }

  /** One way to encode is over: the other one takes over, or the session ends. */
  private encodersFailed(source: EncoderPath['source'], detail: string): void {
    if (this.phase === 'idle' || this.phase === 'stopping' || this.encoder?.path.source !== source) return;
    this.options.log.warn(`no encoder is left for ${source} pictures: ${detail}`);
    const next = this.encoder.fail(source);
    if (!next) {
      void this.endBecause('encoder.unsupported');
      return;
    }
    this.options.media.useEncoders(next.source === 'raw' ? next.encoders : []);
    this.tellProgramme();
    this.options.onTrouble(new ReasonError('encoder.fallback', detail));
  }

  private tellProgramme(): void {
    const { epoch, encoder, settings } = this;
    if (this.phase === 'idle' || this.ending || !encoder || !settings) return;
    const { source } = encoder.path;
    const x264 = encoder.isX264(this.status);
    const renditions = renditionsInUse(renditionsOf(settings), this.members.wanted);
    this.options.programme.setBroadcast({ epoch, source, x264, renditions });
  }

  private mustRun(): void {
    if (this.phase !== 'live' && this.phase !== 'starting') throw new ReasonError('stream.not-live');
  }

  private beat(): void {
    this.air.beat();
    this.publish();
  }

  /** The machine has slept: nobody waits out a pause that was meant for a server that is down. */
  private wakeUp(): void {
    if (this.phase !== 'live' && this.phase !== 'starting') return;
    this.options.log.info('the machine has slept: waiting destinations connect now');
    const waiting = this.status.destinations.filter(({ state }) => state === 'reconnecting');
    for (const { id } of waiting) if (this.members.has(id)) this.options.media.retry(id);
  }

  private takeStatus(said: MediaStatus): void {
    if (this.phase === 'idle') return;
    const status = this.members.hear(said);
    for (const now of status.destinations) {
      const before = this.status.destinations.find((d) => d.id === now.id);
      if (before?.state !== now.state || before.reason !== now.reason) {
        this.options.log.info(`${now.name}: ${now.state}${now.reason ? ` (${now.reason})` : ''}`);
      }
    }
    const cardBefore = this.snapshot.card;
    const x264Before = this.encoder?.isX264(this.status);
    this.status = status;
    if (this.encoder?.isX264(status) !== x264Before) this.tellProgramme();
    if (this.encoder?.wasReplaced(status)) {
      this.options.onTrouble(new ReasonError('encoder.fallback', status.encoder?.name));
    }
    if (
      this.phase === 'starting' &&
      this.members.own(this.kind === 'recording').some((d) => d.state === 'live')
    ) {
      this.phase = 'live';
      this.air.start();
    }
    this.publish();
    if (this.kind === 'broadcast' && this.snapshot.card && !cardBefore) {
      this.options.onTrouble(new ReasonError('stream.card-shown'));
    }
    if (this.phase === 'stopping') return;
    const own = this.members.own(this.kind === 'recording');
    if (own.length === 0 || !own.every((d) => isOver(d.state))) return;
    this.reason = own.find((d) => d.reason !== null)?.reason ?? 'destination.failed';
    void (this.kind !== 'recording' && this.members.recording ? this.leave() : this.end());
  }

  private publish(): void {
    const snapshot = this.snapshot;
    this.options.publish(snapshot);
    for (const listener of [...this.phaseListeners]) listener(snapshot);
  }
}
