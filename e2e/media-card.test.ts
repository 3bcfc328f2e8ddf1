import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { decodeErrors, pictureCorners } from './support/decode.ts';
import {
  encodeFeedWithCards,
  FEED,
  type FeedPicture,
  type MediaBench,
  openMediaBench,
  readRecording,
} from './support/media-feed.ts';
import { largestGap, strictlyIncreasing } from './support/probe.ts';

const GREY = 128;
/** Longer than the card waits for a page that is there and says nothing. */
const SILENT_MS = 4500;
const CRASHED_MS = 3000;

describe('the card while the page is gone', () => {
  let folder: string;
  let feed: { cards: FeedPicture[]; pictures: FeedPicture[] };
  let bench: MediaBench | null = null;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vida3-card-'));
    feed = await encodeFeedWithCards(8);
  });
  afterEach(async () => {
    await bench?.close();
    bench = null;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ['is silent', async (_: MediaBench) => pause(SILENT_MS), 2.3],
    [
      'has crashed and another takes over',
      async (page: MediaBench) => {
        await page.dropPage();
        await pause(CRASHED_MS);
        await page.attachPage();
      },
      0.8,
    ],
  ] as const)('a page that %s', async (how, away, maxGapS) => {
    const media = await openMediaBench();
    bench = media;
    const file = join(folder, `${how.replaceAll(' ', '-')}.mkv`);
    media.start([{ kind: 'file', id: 'a', name: 'A', path: file }]);
    media.sendCards(feed.cards);
    const half = 4 * FEED.fps;
    await media.feed(feed.pictures.slice(0, half));
    const asked = media.keyFrameRequests();
    await away(media);
    expect(media.status()!.cardFrames).toBeGreaterThanOrEqual(4);
    expect(media.status()!.card).toBe(true);
    // The page comes back in the middle of a group: what is no key frame must not be shown.
    await media.feed(feed.pictures.slice(half - 5));
    expect(media.keyFrameRequests()).toBeGreaterThan(asked);
    expect(await media.stop()).toEqual([]);
    expect(media.status()!.card).toBe(false);
    expect(media.states('a')).toEqual(['connecting', 'live', 'stopping', 'ended']);

    expect(await decodeErrors(file)).toBe('');
    const recorded = await readRecording(file);
    const cards = media.status()!.cardFrames;
    expect(cards).toBeLessThanOrEqual(8);
    expect(strictlyIncreasing(recorded.video)).toBe(true);
    expect(strictlyIncreasing(recorded.audio)).toBe(true);
    expect(largestGap(recorded.video)).toBeLessThan(maxGapS);
    expect(largestGap(recorded.audio)).toBeLessThan(0.03);
    expect(recorded.video.at(-1)! - recorded.audio.at(-1)!).toBeLessThan(0.2);
    const corners = await pictureCorners(file);
    expect(corners).toHaveLength(recorded.video.length);
    const isGrey = (colour: readonly number[]) => colour.every((value) => Math.abs(value - GREY) < 5);
    const grey = corners.flatMap((colour, index) => (isGrey(colour) ? [index] : []));
    expect(grey).toHaveLength(cards);
    // One run of pictures, with the programme before and after it, the latter from its next key frame on.
    expect(grey.at(-1)! - grey[0]!).toBe(cards - 1);
    expect(grey[0]).toBe(half);
    expect(recorded.keys).toContain(recorded.video[grey.at(-1)! + 1]);
    expect(corners.length - cards).toBe(feed.pictures.length);
  });
});
