import type { ProcessInfo } from '../e2e/support/processes.ts';
import type { DestinationStatus } from '../src/shared/domain/stream-state.ts';

export interface SoakServer {
  readonly url: string;
  readonly key: string;
}

/** What is soaked: the media engine alone, or the whole studio. */
export interface SoakSubject {
  /** This process and everything below it is watched. */
  readonly root: number;
  /** A recording with every picture and with {@link beep} as its sound; null: the drift is only what is reported. */
  readonly file: string | null;
  nameOf(process: ProcessInfo): string;
  /** Begins to stream to these servers, for `seconds` and what it takes to end. */
  start(servers: readonly SoakServer[], seconds: number): Promise<void>;
  /** Those of the servers first, in their order. */
  destinations(): readonly DestinationStatus[];
  /** As the engine reports it. */
  driftMs(): number | null;
  /** Pictures given to the engine. */
  fed(): number;
  /** Names of what had to be killed. */
  stop(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** FFmpeg by what it writes; null for another program. */
export function ffmpegName({ args }: ProcessInfo): string | null {
  if (!args[0]?.includes('ffmpeg')) return null;
  return `FFmpeg → ${args[args.lastIndexOf('-f') + 1] ?? '?'}`;
}
