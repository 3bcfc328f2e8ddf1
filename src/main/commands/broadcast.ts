import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Report } from '../../shared/domain/report.ts';
import type { RtmpTarget } from '../../shared/domain/rtmp-url.ts';
import type { StreamSnapshot } from '../../shared/domain/stream-state.ts';
import { isRetryable, ReasonError, toReasonError } from '../../shared/errors.ts';
import type { App } from '../compose.ts';
import type { MediaDestination } from '../media/protocol.ts';
import { buildReport } from '../services/stream/report.ts';
import { EXIT, exitCodeOf, explain, say, sayReason } from './exit.ts';

/** The page must show the avatar within this, on a slow machine too. */
const READY_TIMEOUT_MS = 40_000;
/** A camera that has not given a picture by then will not. */
const CAMERA_TIMEOUT_MS = 12_000;
/** Longer than any destination's own time-outs, so that it is the destination that names the reason. */
const LIVE_TIMEOUT_MS = 14_000;
const PICTURE_TIMEOUT_MS = 8000;

export interface BroadcastPlan {
  readonly to: readonly RtmpTarget[];
  readonly record: string | null;
  readonly seconds: number | null;
  readonly snapshot: string | null;
  readonly contactSheet: string | null;
  readonly report: string | null;
}

/**
 * One headless broadcast from an opened page to its report.
 * @param signal aborted by Ctrl+C: the stream is stopped in order, which is a good end
 * @returns the exit code
 */
export async function runBroadcast(
  app: App,
  plan: BroadcastPlan,
  signal: AbortSignal,
): Promise<{ code: number; report: Report; summary: string }> {
  const closed = new AbortController();
  app.host.onPageClosed(() => closed.abort(new ReasonError('host.browser-closed')));
  const ended = AbortSignal.any([signal, closed.signal]);
  let failure: ReasonError | null = null;
  let code: number = EXIT.ok;
  try {
    await waitUntilReady(app, ended);
    if (signal.aborted) throw new ReasonError('stream.not-live', 'stopped before going live');
    app.stream.goLive({
      destinations: destinationsOf(plan),
      ffmpeg: app.ffmpeg,
      settings: app.studio.snapshot.settings,
      avatarId: app.studio.snapshot.avatar.id,
    });
    code = await watch(app, plan, signal, closed.signal);
  } catch (error) {
    failure = signal.aborted && !closed.signal.aborted ? null : explain(error, app.redact);
    code = failure
      ? app.stream.snapshot.startedAt === null
        ? exitCodeOf(failure)
        : EXIT.destinationFailed
      : EXIT.ok;
  }
  const wasLive = app.stream.snapshot.startedAt !== null;
  if (signal.aborted && !wasLive) say('Stopped before going live.');
  await app.stream.end();
  if (wasLive && !closed.signal.aborted) await finalNumbers(app);
  const report = await makeReport(app, failure);
  // Stopped on request before anything was sent is no failure of a destination.
  if (!failure && (wasLive || !signal.aborted)) code = Math.max(code, judge(report));
  if (plan.report && !(await writeReport(plan.report, report))) code = Math.max(code, EXIT.couldNotStart);
  return { code, report, summary: summarise(report, app.stream.snapshot.losses) };
}

/** @returns false, said why, when the file cannot be written */
export async function writeReport(file: string, report: Report): Promise<boolean> {
  try {
    await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
    return true;
  } catch (error) {
    explain(new ReasonError('record.cannot-write', file, { cause: error }));
    return false;
  }
}

/** Resolves when the programme shows the avatar and what drives it has answered. */
async function waitUntilReady(app: App, signal: AbortSignal): Promise<void> {
  const wantsCamera = app.studio.snapshot.tracking.source === 'camera';
  const startedAt = Date.now();
  await app.studio.waitForReport(
    (report) => {
      if (report.avatar.state === 'failed')
        throw new ReasonError(report.avatar.reason ?? 'avatar.load-failed');
      if (wantsCamera && report.camera.state === 'failed' && report.camera.reason) {
        // Busy and unplugged cameras are tried again for a while, the others will not change by themselves.
        const patient = isRetryable(report.camera.reason) && Date.now() - startedAt < CAMERA_TIMEOUT_MS;
        if (!patient) throw new ReasonError(report.camera.reason);
        return false;
      }
      const { microphone } = report;
      if (microphone.state === 'failed' && microphone.reason) throw new ReasonError(microphone.reason);
      if (report.background.reason) throw new ReasonError(report.background.reason);
      if (wantsCamera && report.camera.frames === 0 && Date.now() - startedAt > CAMERA_TIMEOUT_MS) {
        throw new ReasonError('camera.unsupported', 'it was opened but no picture came');
      }
      return report.ready;
    },
    READY_TIMEOUT_MS,
    new ReasonError('host.page-silent', 'the avatar was not on the picture in time'),
    signal,
  );
}

function destinationsOf(plan: BroadcastPlan): MediaDestination[] {
  const rtmp = plan.to.map(
    (target, index): MediaDestination => ({
      kind: 'rtmp',
      id: `to-${index + 1}`,
      name: target.host,
      server: target.server,
      key: target.key,
    }),
  );
  return plan.record
    ? [
        ...rtmp,
        { kind: 'file', id: 'record', name: path.basename(plan.record), path: path.resolve(plan.record) },
      ]
    : rtmp;
}

/** From going live to the wish to stop. Throws when the page goes away. */
async function watch(
  app: App,
  plan: BroadcastPlan,
  signal: AbortSignal,
  closed: AbortSignal,
): Promise<number> {
  const said = new Map<string, string>();
  const off = app.stream.onSnapshot((snapshot) => {
    for (const d of snapshot.destinations) {
      const line = `${d.name}: ${d.state}${d.reason ? ` (${d.reason})` : ''}`;
      if (said.get(d.id) === line) continue;
      said.set(d.id, line);
      say(line);
    }
  });
  let wanted = true;
  try {
    const requestedAt = Date.now();
    let pictures: Promise<void> | null = null;
    for (;;) {
      if (closed.aborted) throw closed.reason;
      const { phase, startedAt, elapsedSeconds } = app.stream.snapshot;
      if (signal.aborted || phase === 'idle' || phase === 'stopping') return EXIT.ok;
      if (startedAt === null && Date.now() - requestedAt > LIVE_TIMEOUT_MS) return EXIT.destinationFailed;
      // Pictures are taken while the programme runs; a stream without an end gives its own at the start.
      if (!pictures && startedAt !== null && elapsedSeconds > (plan.seconds ?? 0) * 0.3) {
        // A picture that fails is said, and is no failure of the stream.
        pictures = takePictures(app, plan).catch((error: unknown) => {
          if (wanted) explain(error, app.redact);
        });
      }
      if (plan.seconds !== null && startedAt !== null && elapsedSeconds >= plan.seconds) {
        await pictures;
        return EXIT.ok;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  } finally {
    wanted = false;
    off();
  }
}

async function takePictures(app: App, plan: BroadcastPlan): Promise<void> {
  if (plan.snapshot)
    await writeFile(plan.snapshot, await app.pictures.request('snapshot', PICTURE_TIMEOUT_MS));
  const sheet = app.studio.snapshot.contactSheet;
  if (plan.contactSheet && sheet) {
    const timeout = sheet.rows * sheet.everyMs + PICTURE_TIMEOUT_MS;
    await writeFile(plan.contactSheet, await app.pictures.request('contact-sheet', timeout));
  }
}

/** The page's last word on the broadcast: a report made after the encoder was flushed. */
async function finalNumbers(app: App): Promise<void> {
  const before = app.studio.report;
  const epoch = app.stream.currentEpoch;
  await app.studio
    .waitForReport(
      (r) => r !== before && r.encode.epoch === epoch && r.encode.state === 'off',
      4000,
      new ReasonError('host.page-silent'),
    )
    .catch((error: unknown) =>
      sayReason(toReasonError(error).reason, 'the numbers of the report are up to a second old'),
    );
}

async function makeReport(app: App, failure: ReasonError | null): Promise<Report> {
  const media = app.stream.mediaStatus;
  return buildReport({
    host: app.host.kind,
    pipeline: app.studio.report,
    stream: app.stream.snapshot,
    media,
    liveMs: app.stream.liveMs,
    memory: {
      rendererMb: (await app.host.pageMemoryMb()) || (app.studio.report?.heapMb ?? 0),
      mainMb: process.memoryUsage.rss() / 1e6,
      mediaMb: media.memoryMb,
    },
    health: app.health.lastLive,
    usage: app.health.usage,
    reason: failure?.reason ?? app.stream.snapshot.reason,
  });
}

function judge(report: Report): number {
  const bad = report.destinations.filter((d) => d.state !== 'ended');
  for (const d of bad) {
    say(`${d.name} ${d.url} ended as ${d.state}:`);
    sayReason(d.reason ?? 'destination.failed');
  }
  if (bad.length > 0 || report.destinations.length === 0) return EXIT.destinationFailed;
  const limited = report.destinations.find((d) => d.reason === 'record.low-space');
  if (!limited) return EXIT.ok;
  sayReason('record.low-space', limited.name);
  return EXIT.limit;
}

/** One line a person can read. */
function summarise(report: Report, losses: StreamSnapshot['losses']): string {
  const frames = `${report.encode.frames} frames encoded (${report.encode.keyFrames} key)`;
  const tracking = `tracking ${report.tracking.source}: face in ${report.tracking.face.found} of ${report.tracking.face.frames} frames`;
  const lost = `lost: render ${losses.render}, encode ${losses.encode}, network ${losses.network}`;
  return `${frames}; ${tracking}; ${lost}`;
}
