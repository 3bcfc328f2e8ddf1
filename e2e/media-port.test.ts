import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MediaHost } from '../src/main/media/host.ts';
import { type ParentPort, portLink } from '../src/main/media/link.ts';
import type { PagePortHandle } from '../src/main/media/page-port.ts';
import type { MainToMedia, MediaToMain } from '../src/main/media/protocol.ts';
import { createMessageMediaPort } from '../src/renderer/bridge/media-message-port.ts';
import { MEDIA_HEADER_BYTES, writeVideoHeader } from '../src/shared/domain/media-packet.ts';
import { decodeErrors, pictureCorners } from './support/decode.ts';
import {
  encodeFeedWithCards,
  FEED,
  FEED_RENDITION,
  type FeedPicture,
  readRecording,
  until,
} from './support/media-feed.ts';
import { largestGap, strictlyIncreasing } from './support/probe.ts';

/**
 * Electron's way without Electron: the engine behind `process.parentPort`, the page's packets on message ports.
 * Node's ports and an event emitter stand in for what only Electron has.
 */
const EPOCH = 4;
let folder: string;
let feed: { cards: FeedPicture[]; pictures: FeedPicture[] };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vida3-port-'));
  feed = await encodeFeedWithCards(6);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function asMain(port: MessagePort): PagePortHandle {
  return {
    on(event: 'message' | 'close', listener: (event: { readonly data: unknown }) => void) {
      if (event === 'message') port.on('message', (data: unknown) => listener({ data }));
      else port.on('close', () => listener({ data: null }));
    },
    postMessage: (message) => port.postMessage(message),
    start: () => port.start(),
    close: () => port.close(),
  };
}

test('the engine over Electron’s channels: a page, its crash with the card, the next page', async () => {
  const said: MediaToMain[] = [];
  const toMedia = new EventEmitter();
  const parentPort: ParentPort = {
    on: (event, listener) => toMedia.on(event, listener),
    postMessage: (message) => said.push(structuredClone(message) as MediaToMain),
  };
  const host = new MediaHost(portLink(parentPort));
  host.run();
  expect(said).toEqual([{ type: 'ready' }]);
  const tell = (data: MainToMedia) => toMedia.emit('message', { data: structuredClone(data), ports: [] });
  const status = () => said.findLast((message) => message.type === 'status')?.status;

  let page = createMessageMediaPort();
  let keyFrames = 0;
  page.onControl((control) => {
    if (control.type === 'key-frame') keyFrames++;
  });
  const connect = () => {
    const { port1, port2 } = new MessageChannel();
    toMedia.emit('message', { data: { type: 'media-port' }, ports: [asMain(port1)] });
    // Node's port is a DOM MessagePort in all that the page's end uses of it.
    page.attach(port2 as unknown as globalThis.MessagePort);
  };
  const send = ({ key, data }: FeedPicture, timestampUs: number, card = false) => {
    const packet = new Uint8Array(MEDIA_HEADER_BYTES + data.length);
    const view = new DataView(packet.buffer);
    writeVideoHeader(view, key, FEED.width, FEED.height, EPOCH, timestampUs, card);
    packet.set(data, MEDIA_HEADER_BYTES);
    page.send(packet);
  };
  const programme = async (pictures: readonly FeedPicture[]) => {
    const startMs = performance.timeOrigin + performance.now();
    for (const [index, picture] of pictures.entries()) {
      const dueMs = startMs + (index * 1000) / FEED.fps;
      const waitMs = dueMs - (performance.timeOrigin + performance.now());
      if (waitMs > 0) await pause(waitMs);
      send(picture, dueMs * 1000);
    }
  };

  const file = join(folder, 'port.mkv');
  // A message without its port is no end of anything.
  toMedia.emit('message', { data: { type: 'media-port' }, ports: [] });
  connect();
  // The page may be sooner than main's start.
  for (const card of feed.cards) send(card, 0, true);
  await until('the page is attached', () => page.queuedBytes === 0);
  tell({
    type: 'start',
    epoch: EPOCH,
    ffmpeg: 'ffmpeg',
    fps: FEED.fps,
    renditions: [FEED_RENDITION],
    destinations: [{ kind: 'file', id: 'a', name: 'A', path: file }],
  });
  const half = 3 * FEED.fps;
  await programme(feed.pictures.slice(0, half));
  expect(keyFrames).toBeGreaterThan(0);
  page.close();
  await until('the page is seen to be gone', () => status()?.connected === false);
  // Half a second after each other: without them nothing would come for longer than what is looked for below.
  await until('the card is on', () => (status()?.cardFrames ?? 0) >= 4);

  page = createMessageMediaPort();
  connect();
  await until('the next page is seen', () => status()?.connected === true);
  await programme(feed.pictures.slice(2 * FEED.keySeconds * FEED.fps));
  await until('everything was taken', () => page.queuedBytes === 0);
  tell({ type: 'stop' });
  await until('it has stopped', () => said.some((message) => message.type === 'stopped'));
  expect(said.findLast((message) => message.type === 'stopped')).toEqual({ type: 'stopped', leftOver: [] });
  host.close();
  page.close();

  expect(await decodeErrors(file)).toBe('');
  const { video } = await readRecording(file);
  expect(strictlyIncreasing(video)).toBe(true);
  expect(largestGap(video)).toBeLessThan(1.5);
  const { cardFrames } = status()!;
  const grey = (await pictureCorners(file)).filter((c) => c.every((value) => Math.abs(value - 128) < 5));
  expect(grey).toHaveLength(cardFrames);
  expect(video).toHaveLength(half + cardFrames + feed.pictures.length - 2 * FEED.keySeconds * FEED.fps);
});
