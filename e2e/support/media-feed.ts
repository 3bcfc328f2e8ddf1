import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { type ForkedMediaProcess, forkMediaProcess } from '../../src/main/host/browser/media-process.ts';
import { splitNalUnits } from '../../src/main/media/annexb.ts';
import type { MediaDestination, MediaToMain } from '../../src/main/media/protocol.ts';
import {
  MEDIA_HEADER_BYTES,
  PCM_SAMPLE_RATE,
  writePcmHeader,
  writeVideoHeader,
} from '../../src/shared/domain/media-packet.ts';
import type { DestinationStatus, MediaStatus } from '../../src/shared/domain/stream-state.ts';

export const FEED = { width: 640, height: 360, fps: 15, keySeconds: 2 } as const;

/** One access unit as the page's encoder delivers it. */
export interface FeedPicture {
  readonly key: boolean;
  readonly data: Uint8Array;
}

/** Real H.264 without B-frames, a key frame every two seconds, split into access units. */
export async function encodeFeed(seconds: number, ffmpeg = 'ffmpeg'): Promise<FeedPicture[]> {
  return (await encodeFeedWithCards(seconds, 0, ffmpeg)).pictures;
}

/** The same with grey cards in front, out of one and the same encoder. */
export async function encodeFeedWithCards(
  seconds: number,
  count = 2,
  ffmpeg = 'ffmpeg',
): Promise<{ cards: FeedPicture[]; pictures: FeedPicture[] }> {
  const source = `s=${FEED.width}x${FEED.height}:r=${FEED.fps}`;
  const programme = `testsrc2=${source}:d=${seconds}`;
  const graph = `color=c=gray:${source}:d=${count / FEED.fps}[card];${programme}[show];[card][show]concat`;
  const stream = await output(ffmpeg, [
    ...['-v', 'error', '-f', 'lavfi', '-i', count > 0 ? graph : programme],
    // The cards and the first picture of the programme are key frames.
    ...(count > 0 ? ['-force_key_frames', `expr:lte(n,${count})`] : []),
    ...['-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-preset', 'ultrafast', '-profile:v', 'main', '-bf', '0'],
    ...[
      '-g',
      String(FEED.fps * FEED.keySeconds),
      '-sc_threshold',
      '0',
      '-b:v',
      '1M',
      '-x264-params',
      'aud=1',
    ],
    ...['-bsf:v', 'h264_mp4toannexb', '-f', 'h264', 'pipe:1'],
  ]);
  const pictures: Uint8Array[][] = [];
  for (const nal of splitNalUnits(stream)) {
    if ((nal[0]! & 0x1f) === 9) pictures.push([]);
    else pictures.at(-1)!.push(nal);
  }
  const startCode = new Uint8Array([0, 0, 0, 1]);
  const all = pictures.map((nals) => ({
    key: nals.some((nal) => (nal[0]! & 0x1f) === 5),
    data: Buffer.concat(nals.flatMap((nal) => [startCode, nal])),
  }));
  return { cards: all.slice(0, count), pictures: all.slice(count) };
}

function output(command: string, args: readonly string[]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { encoding: 'buffer', maxBuffer: 256 * 1024 * 1024 }, (error, stdout) => {
      if (error) reject(error);
      else resolve(stdout);
    });
  });
}

/** A media process with everything that it said, and a page's end of its media port. */
export interface MediaBench {
  readonly media: ForkedMediaProcess;
  /** Everything the process said: status and log, as text. */
  readonly said: string[];
  readonly status: () => MediaStatus | null;
  /** Only after the first status that names it. */
  readonly destination: (id: string) => DestinationStatus;
  /** States that a destination went through, without repeats. */
  readonly states: (id: string) => string[];
  start(destinations: MediaDestination[], options?: { ffmpeg?: string }): void;
  /** Sends pictures at their real rate, and a tone for `pcmSeconds`. Resolves after the last one. */
  feed(pictures: readonly FeedPicture[], options?: FeedOptions): Promise<void>;
  /** Sends cards as a page does before its programme. */
  sendCards(cards: readonly FeedPicture[]): void;
  /** Ends the page's connection, as a crashed page does. */
  dropPage(): Promise<void>;
  /** The next page. */
  attachPage(): Promise<void>;
  keyFrameRequests(): number;
  stop(): Promise<string[]>;
  close(): Promise<void>;
}

export interface FeedOptions {
  readonly pcmSeconds?: number;
  /** Called before each picture. */
  readonly onPicture?: (index: number) => void;
  readonly cancelled?: () => boolean;
}

const ENTRY = fileURLToPath(new URL('../../src/main/media/process.ts', import.meta.url));
const EPOCH = 7;

/**
 * Forks the media process and attaches a page's socket to it, over a real HTTP upgrade.
 * @param options.caFile certificate authorities that it trusts; default the system's.
 */
export async function openMediaBench(options: { caFile?: string } = {}): Promise<MediaBench> {
  const said: string[] = [];
  let status: MediaStatus | null = null;
  const history = new Map<string, string[]>();
  // The environment is read when the process is forked, which happens before anything else can run.
  const before = process.env['SSL_CERT_FILE'];
  if (options.caFile) process.env['SSL_CERT_FILE'] = options.caFile;
  const media = forkMediaProcess({ entry: ENTRY, log: (level, message) => said.push(`${level} ${message}`) });
  if (before !== undefined) process.env['SSL_CERT_FILE'] = before;
  else delete process.env['SSL_CERT_FILE'];
  let onReady: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => {
    onReady = resolve;
  });
  let onStopped: (leftOver: string[]) => void = () => undefined;
  media.onMessage((message: MediaToMain) => {
    said.push(JSON.stringify(message));
    if (message.type === 'ready') onReady();
    if (message.type === 'stopped') onStopped(message.leftOver);
    if (message.type !== 'status') return;
    status = message.status;
    for (const { id, state } of status.destinations) {
      const states = history.get(id) ?? [];
      if (states.at(-1) !== state) states.push(state);
      history.set(id, states);
    }
  });
  await ready;
  const server = createServer();
  server.on('upgrade', (request, socket, head) => {
    media.attachSocket(request, socket as import('node:net').Socket, head);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  let keyFrameRequests = 0;
  let page: WebSocket;
  const attachPage = async (): Promise<void> => {
    page = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/media?token=secret`);
    page.on('message', (data) => {
      if (String(data).includes('key-frame')) keyFrameRequests++;
    });
    page.on('error', () => undefined);
    await new Promise((resolve, reject) => {
      page.once('open', resolve);
      page.once('error', reject);
    });
  };
  await attachPage();

  return {
    media,
    said,
    status: () => status,
    destination: (id) => (status?.destinations ?? []).find((destination) => destination.id === id)!,
    states: (id) => history.get(id) ?? [],
    keyFrameRequests: () => keyFrameRequests,
    start(destinations, options = {}) {
      media.send({
        type: 'start',
        epoch: EPOCH,
        ffmpeg: options.ffmpeg ?? 'ffmpeg',
        fps: FEED.fps,
        bitrateKbps: 1000,
        destinations,
      });
    },
    feed: (pictures, options) => feed(page, pictures, options ?? {}),
    sendCards(cards) {
      for (const card of cards) page.send(videoPacket(card, 0, true));
    },
    async dropPage() {
      page.terminate();
      await until('the page is seen to be gone', () => status?.connected === false);
    },
    attachPage,
    stop: () =>
      new Promise((resolve) => {
        onStopped = resolve;
        media.send({ type: 'stop' });
      }),
    async close() {
      page.terminate();
      await media.kill();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function feed(page: WebSocket, pictures: readonly FeedPicture[], options: FeedOptions): Promise<void> {
  const startMs = performance.timeOrigin + performance.now();
  const pcmSeconds = options.pcmSeconds ?? Number.POSITIVE_INFINITY;
  const blockSamples = PCM_SAMPLE_RATE / 50;
  let blocks = 0;
  for (const [index, picture] of pictures.entries()) {
    const dueMs = startMs + (index * 1000) / FEED.fps;
    while (blocks * 20 <= dueMs - startMs && blocks * 0.02 < pcmSeconds) {
      if (page.readyState === WebSocket.OPEN) page.send(toneBlock(startMs, blocks, blockSamples));
      blocks++;
    }
    const waitMs = dueMs - (performance.timeOrigin + performance.now());
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    if (options.cancelled?.()) return;
    options.onPicture?.(index);
    if (page.readyState === WebSocket.OPEN) page.send(videoPacket(picture, dueMs * 1000, false));
  }
}

function videoPacket(picture: FeedPicture, timestampUs: number, card: boolean): Uint8Array {
  const packet = new Uint8Array(MEDIA_HEADER_BYTES + picture.data.length);
  const view = new DataView(packet.buffer);
  writeVideoHeader(view, picture.key, FEED.width, FEED.height, EPOCH, timestampUs, card);
  packet.set(picture.data, MEDIA_HEADER_BYTES);
  return packet;
}

function toneBlock(startMs: number, block: number, samples: number): Uint8Array {
  const packet = new Uint8Array(MEDIA_HEADER_BYTES + samples * 4);
  const view = new DataView(packet.buffer);
  writePcmHeader(view, EPOCH, (startMs + block * 20) * 1000);
  for (let i = 0; i < samples; i++) {
    const value = Math.round(8000 * Math.sin((2 * Math.PI * 440 * (block * samples + i)) / PCM_SAMPLE_RATE));
    view.setInt16(MEDIA_HEADER_BYTES + i * 4, value, true);
    view.setInt16(MEDIA_HEADER_BYTES + i * 4 + 2, value, true);
  }
  return packet;
}

/** A stream key that appears nowhere else. */
export function uniqueKey(name: string): string {
  return `${name}_${randomBytes(6).toString('hex')}`;
}

export interface RecordedStream {
  /** Presentation times of all video packets, in seconds. */
  readonly video: number[];
  readonly keys: number[];
  readonly audio: number[];
}

/** Reads the packets of a recording with ffprobe. */
export async function readRecording(path: string): Promise<RecordedStream> {
  const text = String(
    await output('ffprobe', [
      '-v',
      'error',
      '-show_entries',
      'packet=codec_type,pts_time,flags',
      '-of',
      'csv=p=0',
      path,
    ]),
  );
  const recorded: RecordedStream = { video: [], keys: [], audio: [] };
  for (const line of text.split('\n')) {
    const [type, time, flags] = line.split(',');
    if (type === 'audio') recorded.audio.push(Number(time));
    if (type !== 'video') continue;
    recorded.video.push(Number(time));
    if (flags?.includes('K')) recorded.keys.push(Number(time));
  }
  return recorded;
}

/** Waits until `condition` holds. @throws Error naming `what` after `timeoutMs`. */
export async function until(what: string, condition: () => boolean, timeoutMs = 20_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`timed out: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
