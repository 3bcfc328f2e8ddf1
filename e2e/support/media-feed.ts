import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { type ForkedMediaProcess, forkMediaProcess } from '../../src/main/host/browser/media-process.ts';
import { splitNalUnits } from '../../src/main/media/annexb.ts';
import type { MainToMedia, MediaDestination, MediaToMain } from '../../src/main/media/protocol.ts';
import { type Rendition, type RenditionName, renditionIndex } from '../../src/shared/domain/encoding.ts';
import {
  MEDIA_HEADER_BYTES,
  PCM_SAMPLE_RATE,
  rawPictureBytes,
  writePcmHeader,
  writeRawHeader,
  writeVideoHeader,
} from '../../src/shared/domain/media-packet.ts';
import type { DestinationStatus, MediaStatus } from '../../src/shared/domain/stream-state.ts';
import { type MediaControl, mediaControlSchema } from '../../src/shared/ipc/envelope.ts';

export const FEED = { width: 640, height: 360, fps: 15, keySeconds: 2 } as const;

/** What a session may ask for unless a test says otherwise. */
export const FEED_RENDITION: Rendition = {
  name: 'main',
  width: FEED.width,
  height: FEED.height,
  bitrateKbps: 1000,
};

/** One access unit as the page's encoder delivers it, of the main rendition and {@link FEED} unless it says more. */
export interface FeedPicture {
  readonly key: boolean;
  readonly data: Uint8Array;
  readonly rendition?: RenditionName;
  readonly width?: number;
  readonly height?: number;
  /** I420 instead of H.264. */
  readonly raw?: boolean;
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
  const all = accessUnits(stream);
  return { cards: all.slice(0, count), pictures: all.slice(count) };
}

/** Splits Annex B at its access unit delimiters. */
function accessUnits(stream: Uint8Array): FeedPicture[] {
  const pictures: Uint8Array[][] = [];
  for (const nal of splitNalUnits(stream)) {
    if ((nal[0]! & 0x1f) === 9) pictures.push([]);
    else pictures.at(-1)!.push(nal);
  }
  const startCode = new Uint8Array([0, 0, 0, 1]);
  return pictures.map((nals) => ({
    key: nals.some((nal) => (nal[0]! & 0x1f) === 5),
    data: Buffer.concat(nals.flatMap((nal) => [startCode, nal])),
  }));
}

/** The same programme as {@link encodeFeed}, encoded for another rendition. */
export async function encodeRendition(
  { name, width, height }: Rendition,
  seconds: number,
): Promise<FeedPicture[]> {
  const stream = await output('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', `testsrc2=s=${width}x${height}:r=${FEED.fps}:d=${seconds}`],
    ...['-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-preset', 'ultrafast', '-profile:v', 'main', '-bf', '0'],
    ...['-g', String(FEED.fps * FEED.keySeconds), '-sc_threshold', '0', '-b:v', '500k'],
    ...['-x264-params', 'aud=1', '-bsf:v', 'h264_mp4toannexb', '-f', 'h264', 'pipe:1'],
  ]);
  return accessUnits(stream).map((picture) => ({ ...picture, rendition: name, width, height }));
}

/** Pictures of the same programme that nobody has encoded, grey ones in front of it for a card. */
export async function rawFeed(
  seconds: number,
  size: { width: number; height: number } = FEED,
): Promise<{ card: FeedPicture; pictures: FeedPicture[] }> {
  const { width, height } = size;
  const bytes = await output('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', `testsrc2=s=${width}x${height}:r=${FEED.fps}:d=${seconds}`],
    ...['-pix_fmt', 'yuv420p', '-f', 'rawvideo', 'pipe:1'],
  ]);
  const one = rawPictureBytes(width, height);
  const pictures: FeedPicture[] = [];
  for (let at = 0; at + one <= bytes.length; at += one) {
    pictures.push({ key: true, raw: true, width, height, data: bytes.subarray(at, at + one) });
  }
  return { card: { ...pictures[0]!, data: Buffer.alloc(one, 128) }, pictures };
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
  start(destinations: MediaDestination[], options?: StartOptions): void;
  /** Any further message of main. */
  tell(message: MainToMedia): void;
  /** The answers of this kind so far, oldest first. */
  answers<T extends MediaToMain['type']>(type: T): Extract<MediaToMain, { type: T }>[];
  /** Sends pictures at their real rate, and a tone for `pcmSeconds`. Resolves when the last one was taken. */
  feed(pictures: readonly FeedPicture[], options?: FeedOptions): Promise<void>;
  /** Sends cards as a page does before its programme. */
  sendCards(cards: readonly FeedPicture[]): void;
  /** Ends the page's connection, as a crashed page does. */
  dropPage(): Promise<void>;
  /** The next page. */
  attachPage(): Promise<void>;
  keyFrameRequests(rendition?: RenditionName): number;
  /** The page's controls so far, oldest first. */
  controls(): MediaControl[];
  stop(): Promise<string[]>;
  close(): Promise<void>;
}

/** What a session is started with beside its destinations. */
export type StartOptions = Partial<
  Omit<Extract<MainToMedia, { type: 'start' }>, 'type' | 'epoch' | 'destinations'>
>;

export interface FeedOptions {
  /** Of the pictures; default that of {@link FEED}. */
  readonly fps?: number;
  /** Sent beside the pictures, each with the time of the one it belongs to. */
  readonly beside?: readonly FeedPicture[];
  readonly pcmSeconds?: number;
  /** Amplitude of a sample by its number since the first picture; default a tone of 440 Hz. */
  readonly sound?: (sample: number) => number;
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
  const answers: MediaToMain[] = [];
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
    if (message.type !== 'status') answers.push(message);
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
  const controls: MediaControl[] = [];
  let page: WebSocket;
  const attachPage = async (): Promise<void> => {
    page = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/media?token=secret`);
    page.on('message', (data) => {
      controls.push(mediaControlSchema.parse(JSON.parse(String(data))));
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
    keyFrameRequests: (rendition = 'main') =>
      controls.filter((control) => control.type === 'key-frame' && control.rendition === rendition).length,
    controls: () => controls,
    start(destinations, options = {}) {
      media.send({
        type: 'start',
        epoch: EPOCH,
        ffmpeg: 'ffmpeg',
        fps: FEED.fps,
        renditions: [FEED_RENDITION],
        destinations,
        ...options,
      });
    },
    tell: (message) => media.send(message),
    answers: <T extends MediaToMain['type']>(type: T) =>
      answers.filter((answer): answer is Extract<MediaToMain, { type: T }> => answer.type === type),
    feed: (pictures, options) => feed(page, pictures, options ?? {}),
    sendCards(cards) {
      for (const card of cards) page.send(packetOf(card, 0, true));
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
  const fps = options.fps ?? FEED.fps;
  const pcmSeconds = options.pcmSeconds ?? Number.POSITIVE_INFINITY;
  const blockSamples = PCM_SAMPLE_RATE / 50;
  let blocks = 0;
  for (const [index, picture] of pictures.entries()) {
    const dueMs = startMs + (index * 1000) / fps;
    while (blocks * 20 <= dueMs - startMs && blocks * 0.02 < pcmSeconds) {
      if (page.readyState === WebSocket.OPEN) {
        page.send(soundBlock(startMs, blocks, blockSamples, options.sound ?? tone));
      }
      blocks++;
    }
    const waitMs = dueMs - (performance.timeOrigin + performance.now());
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    if (options.cancelled?.()) break;
    options.onPicture?.(index);
    if (page.readyState !== WebSocket.OPEN) continue;
    page.send(packetOf(picture, dueMs * 1000, false));
    const other = options.beside?.[index];
    if (other) page.send(packetOf(other, dueMs * 1000, false));
  }
  await everythingTaken(page);
}

/** A ping is answered after all that came before it; what main says next comes another way, and could be sooner. */
async function everythingTaken(page: WebSocket): Promise<void> {
  if (page.readyState !== WebSocket.OPEN) return;
  await new Promise<void>((resolve) => {
    page.once('pong', () => resolve());
    page.once('close', () => resolve());
    page.ping();
  });
}

function packetOf(picture: FeedPicture, timestampUs: number, card: boolean): Uint8Array {
  const packet = new Uint8Array(MEDIA_HEADER_BYTES + picture.data.length);
  const view = new DataView(packet.buffer);
  const { key, width = FEED.width, height = FEED.height, rendition = 'main' } = picture;
  if (picture.raw) writeRawHeader(view, width, height, EPOCH, timestampUs, card);
  else writeVideoHeader(view, key, width, height, EPOCH, timestampUs, card, renditionIndex(rendition));
  packet.set(picture.data, MEDIA_HEADER_BYTES);
  return packet;
}

function tone(sample: number): number {
  return 8000 * Math.sin((2 * Math.PI * 440 * sample) / PCM_SAMPLE_RATE);
}

function soundBlock(
  startMs: number,
  block: number,
  samples: number,
  sound: (sample: number) => number,
): Uint8Array {
  const packet = new Uint8Array(MEDIA_HEADER_BYTES + samples * 4);
  const view = new DataView(packet.buffer);
  writePcmHeader(view, EPOCH, (startMs + block * 20) * 1000);
  for (let i = 0; i < samples; i++) {
    const value = Math.round(sound(block * samples + i));
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
