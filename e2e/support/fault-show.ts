import type { MediaDestination } from '../../src/main/media/protocol.ts';
import type { DestinationStatus, MediaStatus } from '../../src/shared/domain/stream-state.ts';
import type { Reason } from '../../src/shared/errors.ts';
import { processTree, visibleTexts } from './fault-system.ts';
import {
  type FeedPicture,
  type MediaBench,
  openMediaBench,
  readRecording,
  uniqueKey,
  until,
} from './media-feed.ts';
import { reread } from './patience.ts';
import type { RtmpServer } from './rtmp-server.ts';

const WATCH_MS = 400;
const NEIGHBOURS = ['left', 'right'] as const;

/** A state of the bad destination and why it is in it. */
export interface Turn {
  readonly state: string;
  readonly reason: Reason | null;
  /** By `performance.now()`. */
  readonly atMs: number;
}

export interface ShowOptions {
  readonly server: RtmpServer;
  readonly pictures: readonly FeedPicture[];
  /** Server part of the bad destination's address. */
  readonly bad: string;
  readonly caFile?: string;
  readonly ffmpeg?: string;
  readonly adaptive?: boolean;
}

/** What a show left behind. */
export interface ShowEnd {
  /** Names of what had to be killed. */
  readonly leftOver: string[];
  /** Processes of the engine that still run. */
  readonly processes: string[];
  readonly stopMs: number;
  readonly fed: number;
  /** Pictures that the server has of each neighbour. */
  readonly neighbours: number[];
  /** Where a key could be read although it must not be. */
  readonly leaks: string[];
  /** Recordings of the bad destination at the server: whether each begins with a key frame. */
  readonly beginsOnKey: boolean[];
}

/** Three destinations of one engine, the middle one is bad; pictures flow until {@link Show.end}. */
export interface Show {
  readonly bench: MediaBench;
  readonly turns: Turn[];
  /** Waits until the bad destination is, or has been since `sinceMs`, in a state. */
  seen(state: string, reason?: Reason | null, timeoutMs?: number, sinceMs?: number): Promise<Turn>;
  /** As last reported, also after the end. */
  destination(id: string): DestinationStatus;
  end(): Promise<ShowEnd>;
}

export async function openShow(options: ShowOptions): Promise<Show> {
  const { server, pictures } = options;
  const bench = await openMediaBench({ caFile: options.caFile });
  const keys = { left: uniqueKey('left'), bad: uniqueKey('bad'), right: uniqueKey('right') };
  const rtmp = (id: string, url: string, key: string): MediaDestination => ({
    kind: 'rtmp',
    id,
    name: id,
    server: url,
    key,
  });
  const turns: Turn[] = [];
  let destinations: MediaStatus['destinations'] = [];
  bench.media.onMessage((message) => {
    if (message.type !== 'status') return;
    // Without destinations: it has stopped and says that it is idle.
    if (message.status.destinations.length > 0) destinations = message.status.destinations;
    const now = destinations.find(({ id }) => id === 'bad');
    const before = turns.at(-1);
    if (!now || (before?.state === now.state && before.reason === now.reason)) return;
    turns.push({ state: now.state, reason: now.reason, atMs: performance.now() });
  });
  bench.start(
    [
      rtmp('left', server.url, keys.left),
      rtmp('bad', options.bad, keys.bad),
      rtmp('right', server.url, keys.right),
    ],
    options.ffmpeg === undefined ? {} : { ffmpeg: options.ffmpeg },
  );
  await until('the engine has started', () => bench.status()?.destinations.length === 3);

  const leaks = new Set<string>();
  const watch = (): void => {
    const texts = visibleTexts(processTree(bench.media.pid!));
    for (const [name, key] of Object.entries(keys)) {
      if (texts.some((text) => text.includes(key))) leaks.add(`${name} among arguments or environment`);
    }
  };
  const watching = setInterval(watch, WATCH_MS);
  let over = false;
  let fed = 0;
  const feeding = bench.feed(pictures, {
    onPicture: (index) => {
      fed = index + 1;
    },
    cancelled: () => over,
  });

  return {
    bench,
    turns,
    destination: (id) => destinations.find((destination) => destination.id === id)!,
    async seen(state, reason, timeoutMs = 20_000, sinceMs = 0) {
      const find = (): Turn | undefined =>
        turns.find(
          (turn, at) =>
            turn.state === state &&
            (reason === undefined || turn.reason === reason) &&
            (turn.atMs >= sinceMs || at === turns.length - 1),
        );
      await until(
        `bad is ${state} ${reason ?? ''} (${describe(turns)})`,
        () => find() !== undefined,
        timeoutMs,
      ).catch((error: unknown) => {
        throw new Error(`${(error as Error).message}; it was: ${describe(turns)}`);
      });
      return find()!;
    },
    async end() {
      over = true;
      await feeding;
      clearInterval(watching);
      watch();
      const descendants = processTree(bench.media.pid!).filter(({ pid }) => pid !== bench.media.pid);
      const stoppedMs = performance.now();
      const leftOver = await bench.stop();
      const stopMs = performance.now() - stoppedMs;
      const after = processTree(bench.media.pid!).filter(({ pid }) => pid !== bench.media.pid);
      const still = descendants.filter(({ pid }) => after.some((process) => process.pid === pid));
      for (const [name, key] of Object.entries(keys)) {
        if (bench.said.some((text) => text.includes(key)))
          leaks.add(`${name} in what the media process said`);
      }
      const neighbours = await Promise.all(
        NEIGHBOURS.map((name) => recordedPictures(server, keys[name], fed)),
      );
      const beginsOnKey = await Promise.all(
        server.recordings(keys.bad).map(async (path) => {
          const { video, keys: keyTimes } = await readRecording(path).catch(() => ({ video: [], keys: [] }));
          return video.length === 0 || video[0] === keyTimes[0];
        }),
      );
      await bench.close();
      return {
        leftOver,
        processes: [...still, ...after].map(({ pid, args }) => `${pid} ${args.join(' ')}`),
        stopMs,
        fed,
        neighbours,
        leaks: [...leaks],
        beginsOnKey,
      };
    },
  };
}

/** Pictures in all recordings of a key. */
function recordedPictures(server: RtmpServer, key: string, wanted: number): Promise<number> {
  return reread(
    async () => {
      const recordings = await Promise.all(server.recordings(key).map((path) => readRecording(path)));
      return recordings.reduce((sum, { video }) => sum + video.length, 0);
    },
    (found) => found >= wanted,
  );
}

export function describe(turns: readonly Turn[]): string {
  return turns.map(({ state, reason }) => (reason ? `${state} ${reason}` : state)).join(' → ');
}
