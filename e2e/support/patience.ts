import { setTimeout as pause } from 'node:timers/promises';
import type { FeedOptions, FeedPicture, MediaBench } from './media-feed.ts';

const READ_AGAIN_MS = 200;
const READS = 20;

/**
 * Reads what a server records until there is `enough`: the end of an FFmpeg does not wait until the server has read
 * and written all that it sent, nor for the file to be there. What was read last is returned, enough or not.
 * @throws Error of the last reading when that one fails
 */
export async function reread<T>(read: () => Promise<T>, enough: (found: T) => boolean): Promise<T> {
  for (let left = READS - 1; left > 0; left--) {
    const found = await read().then(
      (value) => ({ value }),
      () => null,
    );
    if (found && enough(found.value)) return found.value;
    await pause(READ_AGAIN_MS);
  }
  return await read();
}

/**
 * Feeds until there is `enough`, which is asked before each picture and told how many were sent.
 * @returns how many were sent
 * @throws Error naming `what` when the pictures are used up before
 */
export async function feedUntil(
  bench: MediaBench,
  what: string,
  pictures: readonly FeedPicture[],
  enough: (sent: number) => boolean,
  options: Pick<FeedOptions, 'beside' | 'onPicture'> = {},
): Promise<number> {
  let sent = 0;
  let over = false;
  await bench.feed(pictures, {
    ...options,
    onPicture: (index) => {
      sent = index + 1;
      options.onPicture?.(index);
    },
    cancelled: () => {
      over = enough(sent);
      return over;
    },
  });
  if (!over) throw new Error(`not within ${pictures.length} pictures: ${what}`);
  return sent;
}
