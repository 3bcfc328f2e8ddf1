import { statSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { FaultProxy } from '../e2e/support/fault-proxy.ts';
import { memoryKb, processTree, socketsTo } from '../e2e/support/fault-system.ts';
import { uniqueKey, until } from '../e2e/support/media-feed.ts';
import { type RtmpServer, startRtmpServer } from '../e2e/support/rtmp-server.ts';
import { type Drift, measureDrift } from './soak-drift.ts';
import { soakEngine } from './soak-engine.ts';
import { FAULT_EVERY_MS, nextFault, seededRandom } from './soak-faults.ts';
import { type MemoryGrowth, type MemoryTrack, memoryGrowth } from './soak-memory.ts';
import { soakPage } from './soak-page.ts';
import type { SoakSubject } from './soak-subject.ts';

const MEMORY_GROWTH_LIMIT = 0.05;
/** Less than this is noise in a small process. */
const MEMORY_NOISE_KB = 1024;
const DRIFT_LIMIT_MS = 20;

const DESTINATIONS = 3;
/** Once every destination has had a good run, so that a fault is no first failure. */
const FIRST_FAULT_MS = 8_000;
/** Before the end everything works again, for longer than the longest wait for a new attempt. */
const SETTLE_MS = 25_000;
const SETTLE_MORE_MS = 20_000;
const FLOW_MS = 2_000;
const SAMPLE_MS = 1_000;

export interface SoakOptions {
  readonly seconds: number;
  readonly randomFaults: boolean;
  readonly seed: number;
  /** The whole studio with a real page instead of the media engine alone. */
  readonly page: boolean;
  readonly log: (line: string) => void;
}

/** What the engine says of a destination, and what its server sees. */
export interface SoakDestination {
  readonly name: string;
  readonly state: string;
  readonly reason: string | null;
  readonly reconnects: number;
  readonly dropped: number;
  /** The server has one publisher and gets its pictures. */
  readonly served: boolean;
}

export interface SoakResult {
  readonly seconds: number;
  readonly faults: number;
  readonly fed: number;
  readonly destinations: SoakDestination[];
  readonly memory: MemoryGrowth[];
  /** Measured from the recording; null where there is none. */
  readonly drift: Drift | null;
  /** As the engine itself says, at the end. */
  readonly reportedDriftMs: number | null;
  readonly leftOver: readonly string[];
  /** Every limit that was broken, in words. Empty: passed. */
  readonly problems: string[];
}

/**
 * Runs the engine, or the studio, for a while against three servers, each behind a proxy that can misbehave.
 * @throws Error when there is no RTMP server.
 */
export async function runSoak(options: SoakOptions): Promise<SoakResult> {
  const server = await startRtmpServer();
  const proxies: FaultProxy[] = [];
  let subject: SoakSubject | null = null;
  try {
    for (let at = 0; at < DESTINATIONS; at++) proxies.push(await FaultProxy.open(server.port));
    subject = await (options.page ? soakPage() : soakEngine());
    return await soak(options, server, proxies, subject);
  } finally {
    await subject?.close();
    await Promise.all(proxies.map((proxy) => proxy.close()));
    await server.close();
  }
}

async function soak(
  options: SoakOptions,
  server: RtmpServer,
  proxies: readonly FaultProxy[],
  subject: SoakSubject,
): Promise<SoakResult> {
  const { seconds, log } = options;
  const keys = proxies.map((_, at) => uniqueKey(`soak${at}`));
  const servers = proxies.map(({ url }, at) => ({ url, key: keys[at]! }));
  await subject.start(servers, seconds);
  const startMs = performance.now();
  const elapsed = (): number => performance.now() - startMs;
  const tracks = new Map<number, MemoryTrack>();
  const sampling = setInterval(() => sample(tracks, subject, elapsed() / 1000), SAMPLE_MS);
  const faults = options.randomFaults
    ? await misbehave(proxies, options.seed, seconds * 1000 - SETTLE_MS, elapsed, log)
    : 0;
  await pause(Math.max(0, seconds * 1000 - elapsed()));
  const allLive = (): boolean => subject.destinations().every(({ state }) => state === 'live');
  await until('everything is live', allLive, SETTLE_MORE_MS).catch(() =>
    log('not everything became live again'),
  );
  clearInterval(sampling);
  const total = elapsed() / 1000;

  const served = await Promise.all(
    proxies.map((proxy, at) => isServed(proxy, () => server.recordings(keys[at]!).at(-1))),
  );
  const reportedDriftMs = subject.driftMs();
  const destinations = subject.destinations().map(
    ({ name, state, reason, reconnects, dropped }, at): SoakDestination => ({
      name,
      state,
      reason,
      reconnects,
      dropped,
      served: served[at] ?? state === 'live',
    }),
  );
  const leftOver = await subject.stop();
  const result = {
    seconds: total,
    faults,
    fed: subject.fed(),
    destinations,
    memory: memoryGrowth([...tracks.values()], total),
    drift: subject.file === null ? null : await measureDrift(subject.file),
    reportedDriftMs,
    leftOver,
  };
  const sockets = proxies.reduce((sum, { port }) => sum + socketsTo(port), 0);
  const children = processTree(subject.root).filter(({ args }) => args[0]?.includes('ffmpeg')).length;
  return { ...result, problems: findProblems(result, sockets, children) };
}

/** Faults until `untilMs`, then everything works again. @returns how many there were. */
async function misbehave(
  proxies: readonly FaultProxy[],
  seed: number,
  untilMs: number,
  elapsed: () => number,
  log: (line: string) => void,
): Promise<number> {
  const random = seededRandom(seed);
  const healing = new Map<number, Promise<void>>();
  let count = 0;
  await pause(FIRST_FAULT_MS - FAULT_EVERY_MS.least);
  for (;;) {
    const { afterMs, target, fault, lastsMs } = nextFault(random, proxies.length);
    if (elapsed() + afterMs + lastsMs > untilMs) break;
    await pause(afterMs);
    await healing.get(target);
    const at = Math.round(elapsed() / 1000);
    log(`${at} s: ${JSON.stringify(fault)} on RTMP ${target} for ${Math.round(lastsMs)} ms`);
    await proxies[target]!.set(fault);
    healing.set(
      target,
      pause(lastsMs).then(() => proxies[target]!.set({ kind: 'pass' })),
    );
    count++;
  }
  await Promise.all(healing.values());
  return count;
}

/** The server has exactly one connection of it, and its bytes arrive and are recorded. */
async function isServed(proxy: FaultProxy, recording: () => string | undefined): Promise<boolean> {
  const size = (): number => {
    const path = recording();
    return path ? statSync(path).size : 0;
  };
  const before = { size: size(), bytes: proxy.open[0]?.bytes ?? 0, open: proxy.open.length };
  await pause(FLOW_MS);
  return (
    before.open === 1 &&
    proxy.open.length === 1 &&
    proxy.open[0]!.bytes > before.bytes &&
    size() > before.size
  );
}

function sample(tracks: Map<number, MemoryTrack>, subject: SoakSubject, atSeconds: number): void {
  for (const info of processTree(subject.root)) {
    const kb = memoryKb(info.pid);
    if (kb === null) continue;
    const track = tracks.get(info.pid) ?? { name: subject.nameOf(info), pid: info.pid, samples: [] };
    track.samples.push({ atSeconds, kb });
    tracks.set(info.pid, track);
  }
}

function findProblems(result: Omit<SoakResult, 'problems'>, sockets: number, children: number): string[] {
  const { destinations, memory, drift, leftOver, reportedDriftMs, fed } = result;
  const problems: string[] = [];
  for (const { name, state, reason, served } of destinations) {
    if ((state === 'live') !== served) {
      problems.push(
        `${name} is ${state} (${reason}), but its server ${served ? 'receives' : 'receives nothing'}`,
      );
    }
  }
  for (const { name, pid, beforeKb, afterKb, growth } of memory) {
    if (growth > MEMORY_GROWTH_LIMIT && afterKb - beforeKb > MEMORY_NOISE_KB) {
      problems.push(`${name} (${pid}) grew from ${mb(beforeKb)} to ${mb(afterKb)} MB, ${percent(growth)}`);
    }
  }
  if (!memory.some(({ name }) => name === 'media process')) problems.push('the media process was replaced');
  if (drift && !(Math.abs(drift.driftMs) < DRIFT_LIMIT_MS)) {
    problems.push(`sound drifts by ${drift.driftMs.toFixed(1)} ms`);
  }
  if (reportedDriftMs !== null && Math.abs(reportedDriftMs) >= DRIFT_LIMIT_MS) {
    problems.push(`the engine reports a drift of ${reportedDriftMs.toFixed(1)} ms`);
  }
  if (drift && Math.abs(drift.pictures - fed) > 1)
    problems.push(`the file has ${drift.pictures} of ${fed} pictures`);
  if (leftOver.length > 0) problems.push(`had to be killed: ${leftOver.join(', ')}`);
  if (children > 0) problems.push(`${children} processes are left`);
  if (sockets > 0) problems.push(`${sockets} sockets are left`);
  return problems;
}

export function mb(kb: number): string {
  return (kb / 1024).toFixed(1);
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
