import type { Health, ProcessUse, UsageRow } from '../../../shared/domain/health.ts';
import type { PipelineReport } from '../../../shared/domain/report.ts';
import type { MediaStatus, StreamSnapshot } from '../../../shared/domain/stream-state.ts';
import { toReasonError } from '../../../shared/errors.ts';
import type { Log } from '../../logging/log.ts';
import { assemble, type HealthSample, remember, sampleOf } from './assemble.ts';
import type { ProcessGroup, ProcessSampler } from './ports.ts';
import { usageRow } from './usage.ts';

const EVERY_MS = 1000;
const ROW_MS = 60_000;
/** A broadcast of two days; what is older has been told in the rows before. */
const MAX_ROWS = 2880;
/** Which helpers a browser has changes seldom, and finding them looks at every process of the machine. */
const PAGE_PIDS_MS = 5000;

export interface HealthOptions {
  /** The page's newest numbers; null while no page is there. */
  readonly report: () => PipelineReport | null;
  readonly stream: { readonly snapshot: StreamSnapshot; readonly mediaStatus: MediaStatus };
  readonly sampler: ProcessSampler;
  readonly mediaPid: () => number | undefined;
  readonly pagePids: () => Promise<readonly number[]>;
  readonly publish: (health: Health) => void;
  readonly log: Log;
  /** Processors of this machine. */
  readonly cores: number;
  readonly now?: () => number;
}

/** Says once a second how everything is, and once a minute of a broadcast what it used. */
export class HealthService {
  readonly #options: HealthOptions;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | null = null;
  #history: HealthSample[] = [];
  #processes: readonly ProcessUse[] = [];
  #sampling = false;
  #sampledAt = Number.NEGATIVE_INFINITY;
  #samplingFailed = false;
  #pagePids: { readonly at: number; readonly pids: readonly number[] } | null = null;
  #session: string | null = null;
  #minute: Health[] = [];
  #encoder = 'none';
  #rows: UsageRow[] = [];
  #lastLive: Health | null = null;

  constructor(options: HealthOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.tick(), EVERY_MS);
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** As it was last while something was live; null when there was no such moment. */
  get lastLive(): Health | null {
    return this.#lastLive;
  }

  /** Rows of the newest broadcast, the minute that runs included. */
  get usage(): readonly UsageRow[] {
    const running = usageRow(this.#minute, { cores: this.#options.cores, encoder: this.#encoder });
    return running ? [...this.#rows, running] : this.#rows;
  }

  /** Once a second. Waits for nobody: what processes use is told when the system has answered. */
  tick(): void {
    const { stream, publish, report } = this.#options;
    const at = this.#now();
    this.#sample(at);
    const { snapshot, mediaStatus } = stream;
    const input = {
      ...{ at, report: report(), media: mediaStatus, stream: snapshot },
      processes: this.#processes,
    };
    this.#history = remember(this.#history, sampleOf(input));
    const health = assemble(input, this.#history);
    if (snapshot.phase === 'live') this.#lastLive = health;
    this.#account(health, snapshot);
    publish(health);
  }

  #account(health: Health, { kind, phase, sessionId, encoder }: StreamSnapshot): void {
    const session = kind === 'broadcast' && phase !== 'idle' ? sessionId : null;
    if (session !== null && session !== this.#session) {
      this.#rows = [];
      this.#minute = [];
    }
    if (session !== null && phase === 'live') {
      this.#encoder = encoder?.name ?? 'none';
      this.#minute.push(health);
    }
    const first = this.#minute[0];
    const ended = session === null && this.#session !== null;
    if (first && (ended || health.at - first.at >= ROW_MS - EVERY_MS)) {
      this.#rows = this.usage.slice(-MAX_ROWS);
      this.#minute = [];
    }
    this.#session = session;
  }

  #sample(at: number): void {
    const { sampler, log } = this.#options;
    // A timer is never exact.
    if (this.#sampling || at - this.#sampledAt < sampler.everyMs - EVERY_MS / 2) return;
    this.#sampling = true;
    this.#sampledAt = at;
    this.#groups(at)
      .then((groups) => sampler.sample(groups))
      .then((processes) => {
        this.#processes = processes;
        this.#samplingFailed = false;
      })
      .catch((error: unknown) => {
        if (!this.#samplingFailed)
          log.warn(`what processes use is not known: ${toReasonError(error).message}`);
        this.#samplingFailed = true;
        this.#processes = [];
      })
      .finally(() => {
        this.#sampling = false;
      });
  }

  async #groups(at: number): Promise<ProcessGroup[]> {
    if (!this.#pagePids || at - this.#pagePids.at >= PAGE_PIDS_MS) {
      this.#pagePids = { at, pids: await this.#options.pagePids() };
    }
    const { destinations, audioPid, encoder } = this.#options.stream.mediaStatus;
    const one = (pid: number | null | undefined) => (pid ? [pid] : []);
    const groups: ProcessGroup[] = [
      { role: 'main', name: 'main', pids: [process.pid] },
      { role: 'page', name: 'page', pids: this.#pagePids.pids },
      { role: 'media', name: 'media', pids: one(this.#options.mediaPid()) },
      { role: 'audio', name: 'audio', pids: one(audioPid) },
      ...(encoder?.pids ?? []).map((pid) => ({
        role: 'encoder' as const,
        name: encoder?.name ?? '',
        pids: [pid],
      })),
      ...destinations.map(({ name, pid }) => ({ role: 'destination' as const, name, pids: one(pid) })),
    ];
    return groups.filter(({ pids }) => pids.length > 0);
  }
}
