import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { decodeErrors, pictureCorners } from './support/decode.ts';
import {
  encodeFeedWithCards,
  FEED,
  type FeedPicture,
  type MediaBench,
  openMediaBench,
  readRecording,
  until,
} from './support/media-feed.ts';
import { largestGap, strictlyIncreasing } from './support/probe.ts';

const GREY = 128;
/** Without them a page that is silent would be missed for 3.5 s, and one that has crashed for 1.85 s. */
const CARDS = 4;
const CARD_EVERY_S = 0.5;

/** Waits for as long as the page is away. */
function cardsShown(media: MediaBench): Promise<void> {
  return until('the card is on', () => media.status()!.cardFrames >= CARDS);
}

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
    ['is silent', cardsShown, 3],
    [
      'has crashed and another takes over',
      async (page: MediaBench) => {
        await page.dropPage();
        await cardsShown(page);
        await page.attachPage();
      },
      1.5,
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
    const awayS = recorded.video[grey.at(-1)! + 1]! - recorded.video[half - 1]!;
    expect(cards).toBeLessThanOrEqual(awayS / CARD_EVERY_S + 1);
  });
});
