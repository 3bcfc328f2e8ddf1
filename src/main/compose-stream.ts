import { availableParallelism } from 'node:os';
import path from 'node:path';
import { h264Profile } from '../shared/domain/encoding.ts';
import { parseRtmpUrl } from '../shared/domain/rtmp-url.ts';
import { destinationsSnapshot } from '../shared/ipc/destinations.ts';
import { encodersSnapshot } from '../shared/ipc/encoders.ts';
import { healthSnapshot } from '../shared/ipc/health.ts';
import { preflightSnapshot } from '../shared/ipc/preflight.ts';
import { recordingSnapshot } from '../shared/ipc/recording.ts';
import { rehearsalSnapshot } from '../shared/ipc/rehearsal.ts';
import { servicesSnapshot } from '../shared/ipc/services.ts';
import { streamSnapshot } from '../shared/ipc/stream.ts';
import { createDestinationStore } from './db/queries/rtmp-sources.ts';
import { createKeyValueStore } from './db/queries/settings.ts';
import type { DbSource } from './db/source.ts';
import { freeBytesOf } from './host/free-space.ts';
import { machineText } from './host/machine.ts';
import { resourcesDir } from './host/paths.ts';
import type { Host } from './host/port.ts';
import { createProcessSampler } from './host/process-use.ts';
import type { Notify } from './ipc/bindings.ts';
import type { Router } from './ipc/router.ts';
import type { Log } from './logging/log.ts';
import type { Redactor } from './logging/redact.ts';
import { remuxToMp4 } from './media/ffmpeg/jobs.ts';
import type { FfmpegLocation } from './media/ffmpeg/locate.ts';
import { startRtmpSink } from './media/ffmpeg/sink.ts';
import { probeRtmp } from './media/rtmp-probe/probe.ts';
import { Destinations } from './services/destinations/destinations.ts';
import { EncoderTrials } from './services/encoders/trials.ts';
import { HealthService } from './services/health/health.ts';
import { childrenOf, type Orphans } from './services/orphans/orphans.ts';
import { PreflightService } from './services/preflight/preflight.ts';
import { recordingsFolder } from './services/recording/folder.ts';
import type { RecordingStream } from './services/recording/ports.ts';
import { RecordingService } from './services/recording/recording.ts';
import type { RehearsalSink } from './services/rehearsal/ports.ts';
import { RehearsalService } from './services/rehearsal/rehearsal.ts';
import { Services } from './services/services/services.ts';
import type { Sessions } from './services/sessions/sessions.ts';
import { GoLive } from './services/stream/go-live.ts';
import { MediaSupervisor } from './services/stream/media-supervisor.ts';
import { StreamService } from './services/stream/stream-service.ts';
import type { StudioService } from './services/studio/studio-service.ts';

export interface StreamSurroundings {
  readonly host: Host;
  readonly router: Router;
  readonly database: DbSource;
  readonly sessions: Sessions;
  readonly studio: StudioService;
  readonly redactor: Redactor;
  readonly ffmpeg: FfmpegLocation;
  readonly home: string;
  /** Told which processes are ours, for the case that nobody is left to end them. */
  readonly orphans: Orphans;
  readonly notify: Notify;
  readonly log: Log;
  /** What is shown outside the window may have changed. */
  readonly changed: () => void;
  /** Takes what must end, the last one first. */
  readonly closers: (() => unknown)[];
}

/** Everything between the page's packets and the servers, files and numbers that come of them. */
export interface StreamParts {
  readonly supervisor: MediaSupervisor;
  readonly trials: EncoderTrials;
  readonly stream: StreamService;
  readonly rehearsal: RehearsalService;
  readonly destinations: Destinations;
  readonly services: Services;
  readonly goLive: GoLive;
  readonly preflight: PreflightService;
  readonly recording: RecordingService;
  readonly health: HealthService;
}

/** The streaming part of compose.ts: pairs its ports with adapters. */
export async function composeStream(around: StreamSurroundings): Promise<StreamParts> {
  const { host, router, studio, closers, notify, log, home } = around;
  const ffmpeg = around.ffmpeg.path;
  const supervisor = new MediaSupervisor(
    () => host.startMedia(),
    log.child('media'),
    (status) => void around.orphans.endNow(childrenOf(status, undefined, [])),
  );
  closers.push(() => supervisor.close());
  const trials = new EncoderTrials({
    tryEncoders: (encoders) => supervisor.tryEncoders(ffmpeg, encoders),
    store: createKeyValueStore(around.database),
    machine: await machineText(around.ffmpeg.version),
    platform: process.platform,
    publish: (snapshot) => router.publish(encodersSnapshot, snapshot),
  });
  const stream = new StreamService({
    media: supervisor,
    programme: studio,
    sessions: around.sessions,
    trials,
    onTrouble: (error) => notify('warning', error),
    log: log.child('stream'),
    publish: (snapshot) => {
      router.publish(streamSnapshot, snapshot);
      around.changed();
    },
  });
  const folder = recordingsFolder(home);
  const recording = new RecordingService({
    stream: recordingStream(stream, studio, ffmpeg),
    home,
    folder,
    settings: () => studio.snapshot.settings.recording,
    remux: (source, target, options) => remuxToMp4(ffmpeg, source, target, options),
    publish: (snapshot) => router.publish(recordingSnapshot, snapshot),
    onTrouble: (error) => notify('warning', error),
    log: log.child('recording'),
    freeBytes: freeBytesOf,
  });
  // The stream ends first: only then are the files complete.
  closers.push(
    () => recording.close(),
    () => stream.end(),
  );

  const rehearsal = new RehearsalService({
    stream,
    studio,
    ffmpeg,
    openSink: () => openRehearsalSink(ffmpeg),
    publish: (snapshot) => router.publish(rehearsalSnapshot, snapshot),
    log: log.child('rehearsal'),
  });
  closers.push(() => rehearsal.stop());

  const services = new Services(path.join(resourcesDir(), 'services.json'), (snapshot) =>
    router.publish(servicesSnapshot, snapshot),
  );
  const destinations = new Destinations({
    store: createDestinationStore(around.database),
    secrets: host.secrets,
    services: services.list,
    registerSecret: (secret) => around.redactor.register(secret),
    publish: (list) => {
      router.publish(destinationsSnapshot, { destinations: list });
      around.changed();
    },
  });
  const goLive = new GoLive({
    stream,
    studio,
    destinations,
    ffmpeg,
    endRehearsal: () => rehearsal.stop(),
  });

  const preflight = new PreflightService({
    studio,
    destinations,
    services: services.list,
    isIdle: () => stream.snapshot.phase === 'idle',
    mayCheck: () => stream.snapshot.phase === 'idle' || stream.snapshot.kind === 'recording',
    probe: (target, signal) => probeRtmp(target, { signal }),
    tryEncoder: (choice) => trials.check(choice),
    profileOf: h264Profile,
    freeBytes: async () => (await freeBytesOf(folder)) ?? Number.POSITIVE_INFINITY,
    publish: (snapshot) => router.publish(preflightSnapshot, snapshot),
    log: log.child('preflight'),
  });
  closers.push(() => preflight.close());

  let pagePids: readonly number[] = [];
  const track = () => around.orphans.track(childrenOf(stream.mediaStatus, supervisor.pid, pagePids));
  stream.onSnapshot(track);
  const health = new HealthService({
    report: () => studio.report,
    stream,
    sampler: createProcessSampler(),
    mediaPid: () => supervisor.pid,
    pagePids: () => host.pagePids(),
    publish: (snapshot) => {
      pagePids = snapshot.processes.filter(({ role }) => role === 'page').map(({ pid }) => pid);
      track();
      router.publish(healthSnapshot, snapshot);
    },
    log: log.child('health'),
    cores: availableParallelism(),
  });
  closers.push(() => health.stop());
  return {
    supervisor,
    trials,
    stream,
    rehearsal,
    destinations,
    services,
    goLive,
    preflight,
    recording,
    health,
  };
}

/** A recording that begins alone begins a session of the settings and the avatar that are on. */
function recordingStream(stream: StreamService, studio: StudioService, ffmpeg: string): RecordingStream {
  return {
    startRecording(file) {
      if (stream.snapshot.phase === 'idle') studio.requireReady();
      const { settings, avatar } = studio.snapshot;
      stream.startRecording(file, { ffmpeg, settings, avatarId: avatar.id });
    },
    stopRecording: () => stream.stopRecording(),
    saveReplay: (file) => stream.saveReplay(file),
    onSnapshot: (listener) => stream.onSnapshot(listener),
    get snapshot() {
      return stream.snapshot;
    },
    get mediaStatus() {
      return stream.mediaStatus;
    },
  };
}

const REHEARSAL_END_MS = 5000;

/** FFmpeg itself listens, takes one publisher and counts. */
async function openRehearsalSink(ffmpeg: string): Promise<RehearsalSink> {
  const sink = await startRtmpSink(ffmpeg, { discard: true });
  const { server, key } = parseRtmpUrl(sink.url);
  return { server, key, received: () => sink.finished(REHEARSAL_END_MS), close: sink.close };
}
