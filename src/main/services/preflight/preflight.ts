import { AUDIO_KBPS, ffmpegEncoderOf } from '../../../shared/domain/encoding.ts';
import {
  checkService,
  fitPictures,
  isPictureProblem,
  type Service,
  type ServiceOffer,
} from '../../../shared/domain/services.ts';
import type { Picture, StudioSettings } from '../../../shared/domain/studio.ts';
import { type Reason, ReasonError, toReasonError } from '../../../shared/errors.ts';
import type { Destination } from '../../../shared/ipc/destinations.ts';
import type { PreflightItem, PreflightSnapshot } from '../../../shared/ipc/preflight.ts';
import type { Log } from '../../logging/log.ts';
import { renditionFor } from '../stream/session-plan.ts';
import {
  checkAvatar,
  checkCamera,
  checkDisk,
  checkMicrophone,
  type Finding,
  failed,
  limitsFinding,
  OK,
  warning,
} from './checks.ts';
import { inParallel } from './parallel.ts';
import type { CheckedDestinations, CheckedStudio, ProbeDestination, ProfileOf, TryEncoder } from './ports.ts';

export interface PreflightOptions {
  readonly studio: CheckedStudio;
  readonly destinations: CheckedDestinations;
  readonly services: readonly Service[];
  /** Nothing is on the air and nothing is being recorded: the picture may change. */
  readonly isIdle: () => boolean;
  /** A broadcast may be begun, also while a recording runs. */
  readonly mayCheck: () => boolean;
  readonly probe: ProbeDestination;
  readonly tryEncoder: TryEncoder;
  readonly profileOf: ProfileOf;
  /** Room where recordings go, in bytes. */
  readonly freeBytes: () => Promise<number>;
  readonly publish: (snapshot: PreflightSnapshot) => void;
  readonly log: Log;
  /** How long a device that is just being opened may take; the default suits slow cameras. */
  readonly settleMs?: number;
}

const SETTLE_MS = 6000;
const PROBES_AT_ONCE = 4;
const KEY_FRAME_SECONDS = 2;
const IDLE: PreflightSnapshot = { phase: 'idle', items: [], ok: null, fixable: false };

/** A line of the checklist and how it is found out. */
interface Check {
  readonly item: Pick<PreflightItem, 'check' | 'subject'>;
  readonly find: (signal: AbortSignal) => Promise<Finding> | Finding;
}

/**
 * The checklist before going live: `idle → running → done → running …`. Nothing is published by it, no setting is
 * changed but by {@link fix}, and a newer run ends an older one.
 */
export class PreflightService {
  readonly #options: PreflightOptions;
  #snapshot = IDLE;
  #abort = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(options: PreflightOptions) {
    this.#options = options;
    options.publish(this.#snapshot);
  }

  get snapshot(): PreflightSnapshot {
    return this.#snapshot;
  }

  /**
   * Begins; the snapshot tells the rest.
   * @throws ReasonError `stream.already-live`, `destination.not-found`
   */
  run(destinationIds: readonly string[]): void {
    if (!this.#options.mayCheck()) throw new ReasonError('stream.already-live');
    const wanted = this.#wanted(destinationIds);
    this.#abort.abort();
    this.#abort = new AbortController();
    const checks = this.#checks(wanted);
    const items = checks.map(({ item }) => ({
      ...item,
      state: 'waiting' as const,
      reason: null,
      problems: [],
      ms: null,
    }));
    this.#set({ phase: 'running', items, ok: null, fixable: false });
    this.#running = this.#hold(checks, wanted, this.#abort.signal);
  }

  /** Ends it without a result. Safe to call at any time. */
  cancel(): void {
    this.#abort.abort();
    if (this.#snapshot.phase === 'running') this.#set(IDLE);
  }

  /**
   * Makes picture and bitrate what all of these destinations take, and checks again.
   * @throws ReasonError `stream.already-live`, `destination.not-found`; `destination.over-limit` when nothing the
   *   studio can make is small enough
   */
  async fix(destinationIds: readonly string[]): Promise<void> {
    if (!this.#options.isIdle()) throw new ReasonError('stream.already-live');
    const { studio } = this.#options;
    const { picture, second } = studio.snapshot.settings;
    const fit = this.#fit(this.#wanted(destinationIds));
    if (!fit) throw new ReasonError('destination.over-limit');
    if (!sameValues(fit.main, picture) || (fit.second && second && !sameValues(fit.second, second))) {
      await studio.configure({ picture: fit.main, ...(fit.second ? { second: fit.second } : {}) });
    }
    this.run(destinationIds);
  }

  /** Resolves when nothing of it is left. */
  async close(): Promise<void> {
    this.cancel();
    await this.#running;
  }

  /** Resolves when the newest run has ended. */
  finished(): Promise<void> {
    return this.#running;
  }

  async #hold(checks: readonly Check[], wanted: readonly Destination[], signal: AbortSignal): Promise<void> {
    const look = async (check: Check, at: number) => {
      if (signal.aborted) return;
      this.#setItem(at, { state: 'running' });
      const began = performance.now();
      const finding = await this.#find(check, signal);
      if (signal.aborted) return;
      const { state, reason, problems = [] } = finding;
      this.#setItem(at, { state, reason, problems, ms: Math.round(performance.now() - began) });
    };
    const indexed = checks.map((check, at) => ({ check, at }));
    const servers = indexed.filter(({ check }) => check.item.check === 'destination');
    const others = indexed.filter(({ check }) => check.item.check !== 'destination');
    await Promise.all([
      inParallel(servers, PROBES_AT_ONCE, ({ check, at }) => look(check, at)),
      inParallel(others, others.length, ({ check, at }) => look(check, at)),
    ]);
    if (signal.aborted) return;
    const { items } = this.#snapshot;
    const pictureIsWrong = items.some((item) => item.problems.some(({ code }) => isPictureProblem(code)));
    this.#set({
      phase: 'done',
      items,
      ok: items.every(({ state }) => state !== 'failed'),
      fixable: pictureIsWrong && this.#fit(wanted) !== null,
    });
  }

  async #find({ item, find }: Check, signal: AbortSignal): Promise<Finding> {
    try {
      return await find(signal);
    } catch (error) {
      const { reason, message } = toReasonError(error);
      if (!signal.aborted) {
        this.#options.log.info(`checklist: ${item.check} ${item.subject?.name ?? ''}: ${message}`);
      }
      return failed(reason === 'usage.bad-url' ? 'destination.bad-url' : reason);
    }
  }

  #checks(wanted: readonly Destination[]): Check[] {
    const { studio, freeBytes } = this.#options;
    const { recording } = studio.snapshot.settings;
    const writes = recording.withStream || recording.replaySeconds > 0;
    const device = (check: PreflightItem['check'], find: Check['find']): Check => ({
      item: { check, subject: null },
      find,
    });
    return [
      device('camera', (signal) =>
        this.#settled((report) => checkCamera(studio.snapshot, report), 'camera.no-device', signal),
      ),
      device('microphone', (signal) =>
        this.#settled((report) => checkMicrophone(studio.snapshot, report), 'microphone.no-device', signal),
      ),
      device('avatar', (signal) => this.#settled(checkAvatar, 'stream.not-ready', signal)),
      device('encoder', () => this.#checkEncoder()),
      ...(writes
        ? [
            device('disk', async () =>
              checkDisk(
                await freeBytes().catch((error: unknown) => {
                  throw new ReasonError('record.cannot-write', toReasonError(error).message, {
                    cause: error,
                  });
                }),
              ),
            ),
          ]
        : []),
      ...wanted.flatMap((destination) => this.#destinationChecks(destination)),
    ];
  }

  #destinationChecks(destination: Destination): Check[] {
    const { id, name } = destination;
    const subject = { id, name };
    const service = this.#serviceOf(destination);
    return [
      ...(service
        ? [
            {
              item: { check: 'limits' as const, subject },
              find: () => limitsFinding(checkService(service, this.#offer(destination))),
            },
          ]
        : []),
      {
        item: { check: 'destination' as const, subject },
        find: async (signal) => {
          if (!destination.hasKey) return failed('destination.no-key');
          const { protocol, host, port, app } = (await this.#options.destinations.open(id)).target;
          signal.throwIfAborted();
          await this.#options.probe({ protocol, host, port, app }, signal);
          return OK;
        },
      },
    ];
  }

  /** What the page says as soon as it can be said. `late`: what it is when that takes too long. */
  async #settled(
    find: (report: NonNullable<CheckedStudio['report']>) => Finding | null,
    late: Reason,
    signal: AbortSignal,
  ): Promise<Finding> {
    const { studio, settleMs = SETTLE_MS } = this.#options;
    let finding: Finding | null = null;
    try {
      await studio.waitForReport(
        (report) => {
          finding = find(report);
          return finding !== null;
        },
        settleMs,
        new ReasonError(late),
        signal,
      );
    } catch (error) {
      signal.throwIfAborted();
      if (studio.report === null) throw new ReasonError('host.page-silent', undefined, { cause: error });
      throw error;
    }
    return finding ?? failed(late);
  }

  /** The broadcast goes on with another encoder when the chosen one fails, so that alone is no failure. */
  async #checkEncoder(): Promise<Finding> {
    const { studio, tryEncoder } = this.#options;
    const choice = studio.snapshot.settings.encoder;
    const said = studio.report?.encode.reason ?? null;
    const pageEncodes = said !== 'encoder.unsupported';
    if (ffmpegEncoderOf(choice)) {
      if ((await tryEncoder(choice)) === null) return OK;
    } else if (pageEncodes) {
      return said ? warning(said) : OK;
    }
    const another = pageEncodes || (await tryEncoder('ffmpeg:libx264')) === null;
    return another ? warning('encoder.fallback') : failed('encoder.unsupported');
  }

  /** What a destination would be sent with the settings of now. */
  #offer({ id, url }: Destination): ServiceOffer {
    const { settings } = this.#options.studio.snapshot;
    const { width, height, bitrateKbps } =
      renditionFor(id, settings) === 'second' && settings.second ? settings.second : settings.picture;
    return {
      url,
      codec: 'h264',
      profile: this.#options.profileOf(settings.encoder, height),
      kbps: bitrateKbps,
      width,
      height,
      fps: settings.picture.fps,
      keyFrameSeconds: KEY_FRAME_SECONDS,
      audioKbps: AUDIO_KBPS,
    };
  }

  #fit(wanted: readonly Destination[]): ReturnType<typeof fitPictures> {
    const { settings } = this.#options.studio.snapshot;
    const of = (name: 'main' | 'second'): Service[] =>
      wanted
        .filter(({ id }) => renditionFor(id, settings) === name)
        .map((destination) => this.#serviceOf(destination))
        .filter((service) => service !== null);
    return fitPictures(settings.picture, of('main'), settings.second, of('second'));
  }

  #serviceOf({ service }: Destination): Service | null {
    return this.#options.services.find(({ id }) => id === service) ?? null;
  }

  #wanted(ids: readonly string[]): Destination[] {
    const all = this.#options.destinations.list();
    return [...new Set(ids)].map((id) => {
      const found = all.find((destination) => destination.id === id);
      if (!found) throw new ReasonError('destination.not-found');
      return found;
    });
  }

  #setItem(at: number, change: Partial<PreflightItem>): void {
    const items = this.#snapshot.items.map((item, i) => (i === at ? { ...item, ...change } : item));
    this.#set({ ...this.#snapshot, items });
  }

  #set(snapshot: PreflightSnapshot): void {
    this.#snapshot = snapshot;
    this.#options.publish(snapshot);
  }
}

function sameValues<T extends Picture | NonNullable<StudioSettings['second']>>(a: T, b: T): boolean {
  return (
    a.width === b.width && a.height === b.height && a.bitrateKbps === b.bitrateKbps && rateOf(a) === rateOf(b)
  );
}

function rateOf(picture: Picture | NonNullable<StudioSettings['second']>): number | null {
  return 'fps' in picture ? picture.fps : null;
}
