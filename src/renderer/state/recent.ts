import { create } from 'zustand';
import type { StreamSnapshot } from '../../shared/domain/stream-state.ts';
import type { LossKind } from './losses.ts';

/** Long enough to be calm, short enough to tell how it is now. */
const WINDOW_MS = 10_000;

interface Sample {
  readonly atMs: number;
  readonly losses: StreamSnapshot['losses'];
  readonly bytes: Readonly<Record<string, number>>;
}

export interface Recent {
  /** What each destination took over the last seconds, kbit/s, by id. */
  readonly kbps: Readonly<Record<string, number>>;
  /** Shares of the last seconds' frames, percent; null before there are any. */
  readonly losses: Readonly<Record<LossKind, number>> | null;
}

const NOTHING: Recent = { kbps: {}, losses: null };

/** The last seconds of a broadcast, from its ever-growing counters. */
export class RecentWindow {
  private samples: Sample[] = [];
  private sessionId: string | null = null;

  /** @param atMs any clock that goes on evenly */
  add(stream: StreamSnapshot, atMs: number): Recent {
    if (stream.phase !== 'live' || stream.sessionId !== this.sessionId) this.samples = [];
    this.sessionId = stream.sessionId;
    if (stream.phase !== 'live') return NOTHING;
    const bytes = Object.fromEntries(stream.destinations.map((each) => [each.id, each.bytes]));
    this.samples = this.samples.filter((sample) => atMs - sample.atMs <= WINDOW_MS);
    this.samples.push({ atMs, losses: stream.losses, bytes });
    return between(this.samples[0]!, this.samples.at(-1)!);
  }
}

function between(first: Sample, last: Sample): Recent {
  const seconds = (last.atMs - first.atMs) / 1000;
  if (seconds <= 0) return NOTHING;
  const kbps = Object.entries(last.bytes).map(([id, bytes]) => {
    // A destination that connected again may count from zero.
    const sent = Math.max(0, bytes - (first.bytes[id] ?? 0));
    return [id, (sent * 8) / 1000 / seconds];
  });
  return { kbps: Object.fromEntries(kbps), losses: lossesBetween(first.losses, last.losses) };
}

function lossesBetween(first: StreamSnapshot['losses'], last: StreamSnapshot['losses']): Recent['losses'] {
  const frames = last.frames - first.frames;
  if (frames <= 0) return null;
  const share = (kind: LossKind) => Math.min(100, (Math.max(0, last[kind] - first[kind]) * 100) / frames);
  return { render: share('render'), encode: share('encode'), network: share('network') };
}

/** How the broadcast went over the last seconds. */
export const useRecent = create<Recent>()(() => NOTHING);
