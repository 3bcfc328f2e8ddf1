import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { findChrome } from '../src/main/host/browser/chrome-find.ts';
import { forkMediaProcess } from '../src/main/host/browser/media-process.ts';
import { rawInputArgs } from '../src/main/media/encoder/encoder-args.ts';
import { EncoderChild } from '../src/main/media/encoder/encoder-child.ts';
import { locateFfmpeg } from '../src/main/media/ffmpeg/locate.ts';
import {
  MEDIA_HEADER_BYTES,
  rawPictureBytes,
  readMediaPacket,
  writeRawHeader,
} from '../src/shared/domain/media-packet.ts';
import { type EncodedCost, measureEncodedPath } from './encoded-path.ts';
import { median } from './median.ts';

const SIZE = { width: 1280, height: 720 } as const;
const FPS = 30;
const PICTURES = 300;
const ROUNDS = 5;
const KEPT = 8;
/** Pictures on the way at the same time, as in a broadcast. */
const IN_FLIGHT = 2;
const SOCKET_PICTURES = 120;
/** The engine's raw path moves at least this share of what a bare pipe moves. */
const GATE = { raw: 0.6, encoded: 2 } as const;
const QUIET = ['-hide_banner', '-nostdin', '-loglevel', 'error'] as const;
const ENTRY = fileURLToPath(new URL('../src/main/media/process.ts', import.meta.url));

interface TransportResult {
  /** MB/s, median of the rounds. */
  readonly barePipe: number;
  readonly rawPath: number;
  readonly socketHop: number | null;
  readonly share: number;
  readonly encoded: EncodedCost;
  readonly passed: boolean;
}

/**
 * How fast raw 720p pictures get from the media process's input buffer into the encoder FFmpeg, beside the same
 * bytes through a bare pipe in the same run; what the browser host's socket moves; and what encoded packets cost.
 */
export async function benchTransport(): Promise<TransportResult> {
  const ffmpeg = (await locateFfmpeg()).path;
  const packets = makePackets();
  const bare: number[] = [];
  const raw: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await measureBarePipe(ffmpeg, packets));
    raw.push(await measureRawPath(ffmpeg, packets));
  }
  const [barePipe, rawPath] = [median(bare), median(raw)];
  const share = rawPath / barePipe;
  const socketHop = await measureSocket();
  const encoded = await measureEncodedPath(ffmpeg);
  const passed = share >= GATE.raw && encoded.mediaToBare <= GATE.encoded;
  const perSecond = (rate: number) => (rate / (rawPictureBytes(SIZE.width, SIZE.height) / 1e6)).toFixed(0);
  console.table({
    'bare pipe into FFmpeg': { 'MB/s': barePipe.toFixed(0), 'pictures/s': perSecond(barePipe) },
    'engine into its encoder': { 'MB/s': rawPath.toFixed(0), 'pictures/s': perSecond(rawPath) },
    ...(socketHop === null
      ? {}
      : { "browser's socket": { 'MB/s': socketHop.toFixed(0), 'pictures/s': perSecond(socketHop) } }),
  });
  console.log(
    `Raw 720p reaches ${(share * 100).toFixed(0)} % of a bare pipe (at least ${GATE.raw * 100} %: ${yes(share >= GATE.raw)}).`,
  );
  console.log(
    `Encoded at 6 Mbit/s: the media process takes ${encoded.media.cpu.toFixed(2)} % of a core with ` +
      `${encoded.media.waits.toFixed(0)} waits a second, a bare FFmpeg remux ${encoded.bare.cpu.toFixed(2)} % with ` +
      `${encoded.bare.waits.toFixed(0)}: ${encoded.mediaToBare.toFixed(2)} times (at most ${GATE.encoded}: ` +
      `${yes(encoded.mediaToBare <= GATE.encoded)}).`,
  );
  return { barePipe, rawPath, socketHop, share, encoded, passed };
}

/** Packets as a page sends them, each different. */
function makePackets(): Buffer[] {
  return Array.from({ length: KEPT }, (_, index) => {
    const bytes = Buffer.alloc(MEDIA_HEADER_BYTES + rawPictureBytes(SIZE.width, SIZE.height), index * 20);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    writeRawHeader(view, SIZE.width, SIZE.height, 1, 0);
    return bytes;
  });
}

/** Pictures through a pipe into an FFmpeg that copies them to nowhere, with nothing in between. */
async function measureBarePipe(ffmpeg: string, packets: readonly Buffer[]): Promise<number> {
  const args = [...QUIET, ...rawInputArgs(SIZE, FPS), '-c', 'copy', '-f', 'null', '-'];
  const child = spawn(ffmpeg, args, { stdio: ['pipe', 'ignore', 'inherit'] });
  const closed = new Promise((resolve) => child.once('close', resolve));
  // FFmpeg's start is no transport: it has begun when it has taken the first picture.
  const pictures = packets.map((packet) => packet.subarray(MEDIA_HEADER_BYTES));
  await new Promise((resolve) => child.stdin.write(pictures[0]!, resolve));
  const startMs = performance.now();
  let issued = 0;
  let written = 0;
  await new Promise<void>((resolve) => {
    const write = () => {
      if (issued === PICTURES) return;
      issued++;
      child.stdin.write(pictures[issued % KEPT]!, () => {
        written++;
        if (written === PICTURES) resolve();
        else write();
      });
    };
    for (let i = 0; i < IN_FLIGHT; i++) write();
  });
  const rate = megabytesPerSecond(PICTURES, startMs);
  child.stdin.end();
  await closed;
  return rate;
}

/**
 * The same through the engine's own encoder process: packets are read, submitted and answered one by one. It scales
 * to next to nothing, so that encoding takes no time.
 */
async function measureRawPath(ffmpeg: string, packets: readonly Buffer[]): Promise<number> {
  const sink = ['-vf', 'scale=16:16:flags=neighbor', '-c:v', 'libx264', '-preset', 'ultrafast'];
  const flv = [
    '-tune',
    'zerolatency',
    '-flush_packets',
    '1',
    '-flvflags',
    'no_metadata',
    '-f',
    'flv',
    'pipe:1',
  ];
  let submitted = 0;
  let returned = 0;
  let startMs = 0;
  return await new Promise<number>((resolve, reject) => {
    const push = () => {
      while (submitted <= PICTURES && encoder.inFlight < IN_FLIGHT) {
        const packet = readMediaPacket(packets[submitted % KEPT]!);
        if (!encoder.submit(packet.data, submitted)) return;
        submitted++;
      }
    };
    const encoder: EncoderChild = new EncoderChild({
      ffmpeg,
      args: [...QUIET, ...rawInputArgs(SIZE, FPS), ...sink, ...flv],
      onPicture: () => {
        // The first one waits for FFmpeg's start.
        if (returned === 0) startMs = performance.now();
        returned++;
        if (returned > PICTURES) {
          const rate = megabytesPerSecond(PICTURES, startMs);
          void encoder.end(1000).then(() => resolve(rate));
        } else push();
      },
      onLost: (detail) => reject(new Error(detail)),
    });
    push();
  });
}

/** Raw packets from a real browser page into the media process; null where there is no browser. */
async function measureSocket(): Promise<number | null> {
  const executablePath = await findChrome().catch(() => null);
  if (executablePath === null) return null;
  const media = forkMediaProcess({ entry: ENTRY, log: () => undefined });
  const server = createServer((_, response) => response.end('<!doctype html><title>transport</title>'));
  server.on('upgrade', (request, socket, head) => media.attachSocket(request, socket as Socket, head));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--no-first-run'] });
  try {
    const { port } = server.address() as AddressInfo;
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${port}/`);
    const ms = await page.evaluate(sendFromPage, {
      port,
      bytes: MEDIA_HEADER_BYTES + rawPictureBytes(SIZE.width, SIZE.height),
      header: [...makePackets()[0]!.subarray(0, MEDIA_HEADER_BYTES)],
      count: SOCKET_PICTURES,
    });
    return (SOCKET_PICTURES * rawPictureBytes(SIZE.width, SIZE.height)) / 1e6 / (ms / 1000);
  } finally {
    await browser.close();
    await media.kill();
    server.closeAllConnections();
    server.close();
  }
}

/** Runs in the page. The server answers the close when it has read everything before it. @returns milliseconds */
async function sendFromPage(to: {
  port: number;
  bytes: number;
  header: number[];
  count: number;
}): Promise<number> {
  const socket = new WebSocket(`ws://127.0.0.1:${to.port}/media`);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  const packet = new Uint8Array(to.bytes);
  packet.set(to.header);
  const start = performance.now();
  for (let i = 0; i < to.count; i++) {
    while (socket.bufferedAmount > 2 * to.bytes) await new Promise((resolve) => setTimeout(resolve, 1));
    socket.send(packet);
  }
  await new Promise((resolve) => {
    socket.onclose = resolve;
    socket.close();
  });
  return performance.now() - start;
}

function megabytesPerSecond(pictures: number, startMs: number): number {
  return (pictures * rawPictureBytes(SIZE.width, SIZE.height)) / 1e6 / ((performance.now() - startMs) / 1000);
}

function yes(passed: boolean): string {
  return passed ? 'yes' : 'no';
}
